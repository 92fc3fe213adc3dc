"""Kaichuang's settings with the two rivals installed beside it."""

from kaichuang.settings import *  # noqa: F403
from kaichuang.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "mptt", "hordak", "bench.ledger.usual"]
DEFAULT_CURRENCY = "CNY"
HORDAK_INTERNAL_CURRENCY = "CNY"
CURRENCIES = ["CNY"]
