"""The business date, working days, and deadlines that pause only for a reason."""
