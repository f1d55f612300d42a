"""How often one sender may send a form: counted in the site's own database, with nothing kept that names them."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketing.models import FormAttempt
from marketing.visit import salt_of, visitor

HOUR, DAYS_KEPT = timedelta(hours=1), timedelta(days=2)


def may_send(form: str, sender: str, *, most: int, within: timedelta = HOUR) -> bool:
    """Counts this attempt; False once there were more than `most` in the time."""
    now = timezone.now()
    hashed = visitor(salt_of(now.date()), sender, form)
    forget(now)
    FormAttempt.objects.create(form=form, sender=hashed)
    return FormAttempt.objects.filter(form=form, sender=hashed, created_at__gt=now - within).count() <= most


def forget(now: datetime) -> None:
    FormAttempt.objects.filter(created_at__lt=now - DAYS_KEPT).delete()
