"""Signing a paper: who may, in which order, and what stands in the way."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from organizations.models import Membership
from organizations.permissions import Permission
from tenancy.locking import held
from workspaces import live, telling
from workspaces.cited import newer_versions
from workspaces.legends import Legend
from workspaces.models import SignOff, Workpaper, WorkpaperReading, WorkpaperVersion
from workspaces.paper_status import ROLES, Standing, standings
from workspaces.sheet import Sheet
from workspaces.tie_out import Tie, ties_of

PERMISSIONS = {
    "preparer": Permission.PREPARE_WORKPAPERS,
    "reviewer": Permission.REVIEW_WORKPAPERS,
    "partner": Permission.SIGN_AS_PARTNER,
}
DONE = {"preparer": "prepared", "reviewer": "reviewed", "partner": "signed as partner"}


class SigningRefused(Exception):
    """`reasons` are sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def refusals(standing: Standing, role: str, by: Membership, problems: list[str]) -> list[str]:
    """Every reason why `by` cannot sign this paper in this role now; empty if nothing stands in the way."""
    return [*rule_refusals(standing, role, by), *problems, *_open_notes(standing, role)]


def rule_refusals(standing: Standing, role: str, by: Membership) -> list[str]:
    if not by.can(PERMISSIONS[role]):
        return ["Your role does not sign here."]
    if role not in standing.needed:
        return ["No partner signs in this binder."]
    if standing.is_signed(role):
        return [f"It is {DONE[role]} already."]
    if not takes_signatures(standing.paper):
        return ["The file is locked."]
    return [*_order(standing, role), *_own_work(standing, role, by)]


def takes_signatures(paper: Workpaper) -> bool:
    """Of a closed file only what came late is signed, or a signature of it taken back."""
    return not paper.locked or paper.late_at is not None


def _order(standing: Standing, role: str) -> list[str]:
    earlier = ROLES[: ROLES.index(role)]
    return [f"It is not {DONE[one]} in its present state." for one in earlier if not standing.is_signed(one)][:1]


def _own_work(standing: Standing, role: str, by: Membership) -> list[str]:
    if role == "preparer":
        return []
    others = {one: standing.signed[one].member_id for one in ROLES[: ROLES.index(role)] if one in standing.signed}
    if by.pk in others.values():
        return ["Nobody reviews their own work: you have signed it in another role."]
    if _written_since(standing, role).filter(created_by=by).exists():
        return ["Nobody reviews their own work: you wrote some of what is to be reviewed."]
    return []


def _written_since(standing: Standing, role: str) -> QuerySet[WorkpaperVersion]:
    """What this role has not vouched for: the versions since its last signature. Carrying a paper writes nothing."""
    last = standing.signed[role].version if role in standing.signed else 0
    since = max(last, 1 if standing.paper.carried_from_id else 0)
    return WorkpaperVersion.objects.filter(workpaper=standing.paper, number__gt=since)


def _open_notes(standing: Standing, role: str) -> list[str]:
    """The preparer signs the answer to a note; who reviews clears it first."""
    if role == "preparer" or not standing.notes:
        return []
    return [f"{standing.notes} review note{'' if standing.notes == 1 else 's'} still open."]


@transaction.atomic
def sign(paper: Workpaper, role: str, *, by: Membership, seen: str, tells: bool = True) -> SignOff:
    """Vouch for the content whose hash is `seen`; somebody else's change in between is not signed unread. Whoever has to
    review it is told, unless the caller does."""
    locked = _locked(paper)
    if locked.content_hash != seen:
        raise SigningRefused(["Somebody changed this paper while you were reading. Read it again, then sign."])
    standing = standings([locked])[0]
    if standing.is_signed(role) and standing.signed[role].member_id == by.pk:
        return standing.signed[role]  # the button pressed twice
    if reasons := refusals(standing, role, by, problems_of(locked)):
        raise SigningRefused(reasons)
    if role in standing.signed:
        _withdraw(standing.signed[role], by, f"Signed again at version {locked.version}.")
    live.changed(locked.binder_id)
    made = SignOff.objects.create(
        workpaper=locked, role=role, member=by, signed_at=timezone.now(), content_hash=locked.content_hash,
        version=locked.version,
    )  # fmt: skip
    if tells and role == SignOff.Role.PREPARER:
        telling.review_asked([locked], by=by)
    return made


def problems_of(paper: Workpaper, ties: list[Tie] | None = None) -> list[str]:
    found = ties_of([paper])[paper.pk] if ties is None else ties
    papers = Workpaper.objects.filter(binder=paper.binder_id).only("organization")
    newer = newer_versions(Workpaper.objects.filter(pk=paper.pk)).get(paper.pk, 0)
    return Sheet(paper, Legend(paper.binder), papers, found, newer=newer).problems


@transaction.atomic
def withdraw(sign_off: SignOff, *, by: Membership, reason: str) -> None:
    """Take a signature back, with those that were given on top of it. The rows stay, with the reason."""
    paper = _locked(sign_off.workpaper)
    if not takes_signatures(paper):
        raise SigningRefused(["The file is locked."])
    later = ROLES[ROLES.index(sign_off.role) :]
    for standing in SignOff.objects.standing().filter(workpaper=paper, role__in=later):
        _withdraw(standing, by, reason)
    live.changed(paper.binder_id)


def _withdraw(sign_off: SignOff, by: Membership, reason: str) -> None:
    sign_off.withdrawn_at, sign_off.withdrawn_by, sign_off.withdrawn_reason = timezone.now(), by, reason
    sign_off.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _locked(paper: Workpaper) -> Workpaper:
    return held(Workpaper.objects.select_related("binder__project__client"), paper.pk)


def opened(paper: Workpaper, *, by: Membership) -> None:
    """Remember that the member has this content before them; told again only when it has changed."""
    if (
        by.leaves_no_marks
        or WorkpaperReading.objects.filter(workpaper=paper, member=by, content_hash=paper.content_hash).exists()
    ):
        return
    WorkpaperReading.objects.bulk_create(
        [WorkpaperReading(workpaper=paper, member=by, content_hash=paper.content_hash, read_at=timezone.now())],
        update_conflicts=True, unique_fields=["organization", "workpaper", "member"],
        update_fields=["content_hash", "read_at"],
    )  # fmt: skip


@transaction.atomic
def sign_many(papers: list[Workpaper], role: str, *, by: Membership) -> tuple[list[Workpaper], dict[Workpaper, str]]:
    """Sign those the member has read as they are now; for each of the others, why not."""
    read = dict(
        WorkpaperReading.objects.filter(workpaper__in=papers, member=by).values_list("workpaper", "content_hash")
    )
    signed: list[Workpaper] = []
    refused: dict[Workpaper, str] = {}
    for paper in papers:
        if read.get(paper.pk) != paper.content_hash:
            refused[paper] = "You have not opened it as it is now."
            continue
        try:
            sign(paper, role, by=by, seen=paper.content_hash, tells=False)
            signed.append(paper)
        except SigningRefused as error:
            refused[paper] = error.reasons[0]
    if role == SignOff.Role.PREPARER:
        telling.review_asked(signed, by=by)
    return signed, refused
