"""Errors that end a command with a message and no traceback."""

from __future__ import annotations


class RuntimeProblem(Exception):
    """Something the person at the keyboard can put right; the text says how."""
