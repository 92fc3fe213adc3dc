"""Pages of runs without application, for public servants."""
