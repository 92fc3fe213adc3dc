"""Pages that join everything: home, workspaces, search, design system."""
