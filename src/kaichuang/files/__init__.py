"""Attachments with their checks and access, and official PDF notices that anyone can verify."""
