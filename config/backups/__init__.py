"""Saving an installation, databases and files, and bringing it back elsewhere (`docs/operations.md`)."""
