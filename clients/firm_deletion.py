"""The owners' wish that their firm be deleted: asked for, waited for, cancelled. `firm_erasing` does it."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from billing.models import Subscription
from clients.models import FirmDeletion
from organizations.models import Membership
from organizations.standstill import is_suspended

#: Rules of the apps above, asked inside the firm: each says in sentences why nothing may be deleted now.
obstacle_rules: list[Callable[[], list[str]]] = []
#: What they ask: before a firm goes its rows are locked, so that the answers are still true when it does.
asked_models: list[type[models.Model]] = [Subscription]


class AskedAlready(Exception):
    """Another owner was faster."""


def standing() -> FirmDeletion | None:
    return FirmDeletion.objects.filter(cancelled_at=None).select_related("created_by").first()


def obstacles() -> list[str]:
    return [sentence for rule in (suspended, paid_by_card, *obstacle_rules) for sentence in rule()]


def suspended() -> list[str]:
    """Its owners could not change their mind."""
    return ["The firm is suspended. It can go once it is open again."] if is_suspended() else []


def paid_by_card() -> list[str]:
    """What Stripe would go on charging for."""
    paid = Subscription.objects.filter(stripe_subscription_id__gt="").exclude(status=Subscription.Status.CANCELED)
    return ["A subscription is paid by card. Cancel it first, and wait until it has ended."] if paid.exists() else []


def ask(*, by: Membership) -> FirmDeletion:
    """Raises AskedAlready."""
    try:
        with transaction.atomic():
            due = timezone.now() + timedelta(days=settings.FIRM_DELETION_DAYS)
            return FirmDeletion.objects.create(created_by=by, due_at=due)
    except IntegrityError as error:
        raise AskedAlready from error


def cancel(wish: FirmDeletion, *, by: Membership) -> bool:
    """False where somebody else has."""
    open_wish = FirmDeletion.objects.filter(pk=wish.pk, cancelled_at=None)
    return bool(open_wish.update(cancelled_at=timezone.now(), cancelled_by=by))
