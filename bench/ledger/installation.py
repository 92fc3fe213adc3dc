"""Where `throw_away` was before `bench.harness`; for benches that still ask here."""

from bench.harness import throw_away

__all__ = ["throw_away"]
