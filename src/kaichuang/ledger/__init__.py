"""What is paid: append-only double entry in fen."""
