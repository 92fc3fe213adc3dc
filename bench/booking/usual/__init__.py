"""Booking as most Django projects write it; tables made by run_syncdb."""
