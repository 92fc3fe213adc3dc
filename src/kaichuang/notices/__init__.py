"""Inbox, mail and the work list with its due dates."""
