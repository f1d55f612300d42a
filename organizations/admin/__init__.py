"""What operators see of firms: the firm, who works there, who is invited. No clients and nothing of theirs."""

from organizations.admin import firms, proofs, settings, support  # noqa: F401  (registers)
from organizations.admin.people import FirmRowAdmin

__all__ = ["FirmRowAdmin"]
