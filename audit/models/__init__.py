from audit.models.chain import ChainBlock, ChainCheck
from audit.models.isolation_proof import IsolationProof
from audit.models.log import AuditFields, AuditLog, PlatformAuditLog

__all__ = ["AuditFields", "AuditLog", "ChainBlock", "ChainCheck", "IsolationProof", "PlatformAuditLog"]
