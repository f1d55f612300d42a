"""What operators see of firms: the firm, who works there, who is invited. No clients and nothing of theirs."""

from organizations.admin import firms, people, proofs, settings, support  # noqa: F401  (registers)
