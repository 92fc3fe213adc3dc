"""Policy packs: a place's documents as data. Reading, checking, testing, comparing and explaining them."""

from .loader import Pack, find_pack, load_pack
from .problems import Mark, PackErrors, Problem

__all__ = ["Mark", "Pack", "PackErrors", "Problem", "find_pack", "load_pack"]
