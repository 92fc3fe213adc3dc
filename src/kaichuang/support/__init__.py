"""Support: money, awards and rights on top of cases (S01-S18, T03-T05)."""
