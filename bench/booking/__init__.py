"""Booking beside the usual Django way and the server's own limit. See `__main__` and `race`."""
