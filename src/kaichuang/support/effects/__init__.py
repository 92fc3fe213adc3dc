"""What the money words of workflow tables mean. Importing a module registers them."""
