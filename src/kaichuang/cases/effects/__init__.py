"""What the consequences of workflow tables mean, as far as cases themselves know. Importing a module registers it."""
