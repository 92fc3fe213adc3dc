"""The journeys of publicity start from an empty programme."""

from tests.fixtures.ninghai import make_user, programme

__all__ = ["make_user", "programme"]
