"""Kaichuang's settings with the usual way installed beside it."""

from kaichuang.settings import *  # noqa: F403
from kaichuang.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "bench.facts.usual"]
