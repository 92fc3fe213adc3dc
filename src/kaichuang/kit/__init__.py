"""Small things that every context uses and that know no context: actors, problems, money, triggers."""
