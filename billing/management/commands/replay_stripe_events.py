"""Process events of the log again: those named, or all that wait."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.models import StripeEvent
from billing.payment.jobs import replay
from tenancy.context import OPERATOR, surface


class Command(BaseCommand):
    help = "Queues events that Stripe has told once more: by their ids, or with --waiting all that are not processed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", nargs="*", help="as Stripe names it, evt_…")
        parser.add_argument("--waiting", action="store_true", help="every event that is not processed yet")

    def handle(self, *args: Any, event_id: list[str], waiting: bool, **options: Any) -> None:
        if not event_id and not waiting:
            raise CommandError("Name events, or say --waiting.")
        with surface(OPERATOR):
            events = StripeEvent.objects.order_by("happened_at")
            chosen = list(events.filter(processed_at=None) if waiting else events.filter(event_id__in=event_id))
        self.stdout.write(f"{replay(chosen)} of {len(chosen)} events queued.")
