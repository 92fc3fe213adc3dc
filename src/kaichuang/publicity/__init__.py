"""Publicity (公示): lists open to the public for N working days, with objections (S00, G13)."""
