"""Reminders: what is due when, to whom, and how each goes out at most once."""
