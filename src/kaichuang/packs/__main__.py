"""``python -m kaichuang.packs``: the pack commands alone, without the rest of the platform."""

from .cli import pack

pack(prog_name="kaichuang pack")
