"""Scoping sessions for programs: the same rules as on the pages, with a version in every write."""
