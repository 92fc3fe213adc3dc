"""What telling and asking costs, beside the usual Django way. Run `python -m bench.facts`."""
