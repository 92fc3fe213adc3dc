"""What is scarce in time: one claim engine."""
