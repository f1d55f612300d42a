"""Drafting help: suggestions for a session, made from its notes by rules of ours or by a model somewhere else."""
