"""What is known: one bitemporal store of observations."""
