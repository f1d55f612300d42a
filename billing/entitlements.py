"""What a firm may. Pages, programs, imports and jobs ask `entitled()`; the answer says what to do where it is no."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from billing import copying, counting, frozen, measures, refusing
from billing.models import Feature, UsageCounter
from billing.terms import Terms, terms_of
from tenancy.context import current_tenant_id

Kind = Feature.Kind
#: The day of the counter that is locked while a place is taken of what is counted where it lies.
NO_PERIOD = date.min


@dataclass(frozen=True)
class Entitlement:
    allowed: bool
    feature: str
    #: How many the firm may have; None for no limit, or where nothing is counted.
    limit: int | None = None
    used: int = 0
    #: A sentence: what the plan has, which plan has more, and who can change it. Empty where it is allowed.
    reason: str = ""

    @property
    def room(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.used, 0)


class PlanRefused(PermissionDenied):
    """What was asked is not in the firm's plan. The message is a sentence for the person."""

    def __init__(self, answer: Entitlement) -> None:
        super().__init__(answer.reason)
        self.answer = answer


def entitled(feature: str, *, adding: int = 0, used: int | None = None) -> Entitlement:
    """May the firm go on, and have so many more?

    Whoever is about to add waits here until others who add have committed, so that of those who come at once exactly as
    many succeed as there are places. `used` is for callers that count by themselves.
    """
    terms = terms_of(feature)
    if terms.feature.kind == Kind.METERED:
        return _metered(terms, adding)
    if terms.feature.kind == Kind.BOOLEAN or not terms.enabled:
        return _answer(terms, allowed=terms.enabled)
    if terms.limit is None:
        return _answer(terms, allowed=True)
    if adding:
        _wait_for_others(feature)
    in_use = measures.in_use(feature) if used is None else used
    return _answer(terms, allowed=adding <= 0 or terms.allows(in_use + adding), used=in_use, adding=adding)


def require(feature: str, *, adding: int = 0, used: int | None = None) -> Entitlement:
    """The same, for whoever goes no further without: raises PlanRefused."""
    answer = entitled(feature, adding=adding, used=used)
    if not answer.allowed:
        raise PlanRefused(answer)
    return answer


def require_open(feature: str, id: UUID, firm: Any) -> None:
    """Before something is changed of what the firm may have too much of: what came last is read-only meanwhile.

    The firm's copy lets most through; before it refuses, what there is now is looked at: something may have gone.
    """
    if not frozen.is_frozen(feature, id, firm):
        return
    terms = terms_of(feature)
    edge = frozen.edges({feature: terms}).get(feature)
    if edge is None or str(id) <= edge:
        copying.copy_to_firm()
        return
    used = measures.in_use(feature)
    reason = refusing.frozen_sentence(terms, used=used)
    raise PlanRefused(Entitlement(False, feature, terms.limit, used, reason))


def _metered(terms: Terms, adding: int) -> Entitlement:
    if terms.limit is None:
        return _answer(terms, allowed=terms.enabled)
    left = counting.left()
    allowed = terms.enabled and adding <= left
    used = terms.limit - int(left)
    return _answer(terms, allowed=allowed, used=max(used, 0), adding=adding)


def _answer(terms: Terms, *, allowed: bool, used: int = 0, adding: int = 0) -> Entitlement:
    reason = "" if allowed else refusing.sentence(terms, used=used, adding=adding)
    return Entitlement(allowed, terms.feature.key, terms.limit, used, reason)


def _wait_for_others(feature: str) -> None:
    """One who adds after the other: the row is the firm's and the feature's, so nobody else waits."""
    place = UsageCounter(feature=feature, period_start=NO_PERIOD, organization_id=current_tenant_id())
    UsageCounter.objects.bulk_create([place], ignore_conflicts=True)
    UsageCounter.objects.select_for_update(of=("self",), no_key=True).get(feature=feature, period_start=NO_PERIOD)
