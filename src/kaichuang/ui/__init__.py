"""The design system: one theme, one set of components, one page frame."""
