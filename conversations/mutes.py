"""Muting, and a pace of mails: of one thing, or all of one project; by the page, or by the link in a mail."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from conversations.models import NotificationMute, NotificationPace
from conversations.subjects import Scope
from organizations.models import Membership
from organizations.mounts import absolute, root_url

SALT = "conversations.mute"
#: A link in a digest ends the digests, not news of one thing.
DIGEST = "digest"


@dataclass(frozen=True)
class MuteLink:
    """What a link in a mail stands for. It can do this one thing, for this one member, and shows nothing."""

    organization_id: UUID
    member_id: UUID
    scope: str
    target: str

    @property
    def address(self) -> str:
        parts = [str(self.organization_id), str(self.member_id), self.scope, self.target]
        return absolute(root_url("mute_link", token=signing.dumps(parts, salt=SALT)))

    @classmethod
    def read(cls, token: str) -> "MuteLink | None":
        try:
            organization_id, member_id, scope, target = signing.loads(token, salt=SALT)
            return cls(UUID(organization_id), UUID(member_id), scope, target)
        except (signing.BadSignature, ValueError, TypeError):
            return None


def headers(link: MuteLink) -> dict[str, str]:
    """One click in the mail program, without opening a page (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{link.address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def mute(member: Membership, scope: Scope) -> None:
    NotificationMute.objects.get_or_create(
        member=member, scope=scope.kind, scope_id=scope.id, defaults={"label": scope.label[:300]}
    )


def unmute(member: Membership, scope: Scope) -> None:
    NotificationMute.objects.filter(member=member, scope=scope.kind, scope_id=scope.id).delete()


def paces_of(scopes: list[Scope]) -> dict[UUID, tuple[str, bool | None]]:
    """Member → how often mails come about these, and whether they are shown in the app, of those who have said so."""
    kinds, ids = {scope.kind for scope in scopes}, [scope.id for scope in scopes]
    found = NotificationPace.objects.filter(scope__in=kinds, scope_id__in=ids)
    return {member: (mail, in_app) for member, mail, in_app in found.values_list("member_id", "mail", "in_app")}


def muted_members(scopes: list[Scope]) -> set[UUID]:
    """Who has muted one of these."""
    kinds, ids = {scope.kind for scope in scopes}, [scope.id for scope in scopes]
    found = NotificationMute.objects.filter(scope__in=kinds, scope_id__in=ids)
    return set(found.values_list("member_id", flat=True))
