"""The ledger beside the usual Django way, django-hordak and the server's own limit. See `__main__`."""
