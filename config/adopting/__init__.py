"""Brings one firm's data from elsewhere into one organization: see docs/adopting.md."""
