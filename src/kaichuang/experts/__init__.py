"""Experts: the pool, the draw that anyone can repeat, blind scoring, exact ranking under a quota (S00)."""
