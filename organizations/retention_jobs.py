"""What a firm keeps no longer goes, every night."""

from audit.jobs import every_firm
from organizations import retention
from tenancy.jobs import by_the_clock, tenant_task


@by_the_clock("37 2 * * *", firms=every_firm)
@tenant_task(priority=-5)
def apply_retention() -> None:
    """Run again, it finds nothing more."""
    retention.sweep()
