"""Kaichuang."""
