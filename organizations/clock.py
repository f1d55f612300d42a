"""What time it is where a firm is, for jobs that look at all firms at once."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

logger = logging.getLogger(__name__)


def there(moment: datetime, timezone: str) -> datetime | None:
    """None where this machine does not know the zone: one firm's setting stops the clock of no other."""
    try:
        return moment.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        logger.error("No time zone is called %r here: a firm's jobs are not run.", timezone)
        return None
