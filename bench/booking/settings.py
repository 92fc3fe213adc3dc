"""Kaichuang's settings with the rival installed beside it."""

from kaichuang.settings import *  # noqa: F403
from kaichuang.settings import INSTALLED_APPS as OURS

# bench.ledger.usual has the one hot row that pgbench updates.
INSTALLED_APPS = [*OURS, "bench.ledger.usual", "bench.booking.usual"]
