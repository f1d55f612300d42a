"""Scoping sessions: one document of four parts, saved place by place."""
