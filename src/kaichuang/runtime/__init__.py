"""Runs Kaichuang on a bare machine: home directory, embedded PostgreSQL, settings, commands.

Nothing here knows a context; the modules import neither Django models nor each other's commands.
"""
