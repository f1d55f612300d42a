from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketing import attempts, visit
from marketing.mails import deliver
from marketing.models import NewsletterSignup, SiteMail
from marketing.rollups import roll_up

PENDING_DAYS, MAIL_DAYS = 30, 30


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they ask of the application's tables, which a process of the site has not
    help = "Send the site's mails that wait, add up its visits, and forget what is kept for a time alone. Run it every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sent, days = deliver(), roll_up()
        pending = NewsletterSignup.objects.filter(
            status=NewsletterSignup.Status.PENDING, asked_at__lt=now - timedelta(days=PENDING_DAYS)
        )
        forgotten, _ = pending.delete()
        SiteMail.objects.filter(created_at__lt=now - timedelta(days=MAIL_DAYS)).delete()
        attempts.forget(now)
        visit.forget_salts(now.date())
        self.stdout.write(f"{sent} mails sent, {days} days added up, {forgotten} signups forgotten.")
