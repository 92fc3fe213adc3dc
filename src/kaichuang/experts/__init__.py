"""Experts: the pool, the draw, scoring and ranking (S00)."""
