from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.plain_text import validate_plain_text
from organizations.models.authored import AuthoredModel
from tenancy.isolation import TenantIsolation
from tenancy.keys import TenantForeignKey
from tenancy.manager import TenantManager
from tenancy.models import TenantModel
from workspaces.models.scoping_session import DocumentField


class SessionSnapshot(AuthoredModel, TenantModel):
    """A session as it was sent. The application may add such rows, and nothing else: neither it nor a person changes one.

    `content` is what a client may be shown, and what the hash is of; `document` is what it was made from, with our costs.
    """

    session = TenantForeignKey("workspaces.ScopingSession", models.PROTECT, related_name="snapshots")
    #: The first one of the session is 1.
    number = models.PositiveIntegerField()
    #: The session's count of saves then.
    version = models.PositiveIntegerField()
    #: What it was made from, with the firm's costs.
    document = DocumentField()
    #: What a client may be shown.
    content = DocumentField()
    #: Hash of `content`.
    sha256 = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        db_table = "session_snapshots"
        constraints = [
            TenantIsolation(name="session_snapshot_tenant", append_only=True),
            models.UniqueConstraint(fields=["organization", "session", "number"], name="session_snapshots_number"),
        ]

    def __str__(self) -> str:
        return f"Version {self.version}"


class SessionShareQuerySet(models.QuerySet["SessionShare"]):
    def living(self) -> "SessionShareQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), snapshot__session__deleted_at=None)


class SessionShare(AuthoredModel, TenantModel):
    """A link under which somebody without an account reads a snapshot. The link holds the secret, the row its hash."""

    class Part(models.TextChoices):
        STRUCTURING = "structuring", "Structuring"
        SOW = "sow", "Statement of work"
        LOE = "loe", "Level of effort"
        PRICES = "prices", "Prices"
        VISUALS = "visuals", "Pictures"

    snapshot = TenantForeignKey("workspaces.SessionSnapshot", models.PROTECT, related_name="shares")
    #: For whom the link is, in the firm's words.
    name = models.CharField("for", max_length=120, validators=[validate_plain_text])
    #: To whom the link is mailed; empty where a member gives it to somebody.
    contact = TenantForeignKey("clients.ClientContact", models.SET_NULL, null=True, editable=False, related_name="+")
    #: When it was mailed last; empty: not yet, or never.
    mailed_at = models.DateTimeField(null=True, editable=False)
    token_hash = models.BinaryField(max_length=32, editable=False)
    #: Hash of the code asked for beside the link; empty where none is.
    passcode_hash = models.BinaryField(max_length=255, null=True, editable=False)
    #: Wrong codes since the last right one or the last pause.
    wrong_codes = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Until when no code is accepted, after too many wrong ones; empty: now.
    locked_until = models.DateTimeField(null=True, editable=False)
    #: Which parts are read under it.
    shows = ArrayField(models.CharField(max_length=20, choices=Part), size=5)
    #: Whether the reader may accept the scope; then they must see all of it.
    may_accept = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = TenantForeignKey(
        "organizations.Membership", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = TenantManager.from_queryset(SessionShareQuerySet)()

    class Meta(TenantModel.Meta):
        db_table = "session_shares"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "token_hash"], name="session_shares_token"),
            models.CheckConstraint(
                condition=models.Q(may_accept=False) | models.Q(shows__contains=["sow", "loe", "prices"]),
                name="session_shares_accept_what_is_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reads(self) -> str:
        """What is read under it, in words."""
        return ", ".join(self.Part(part).label.lower() for part in self.shows)

    @property
    def last_moment(self) -> datetime:
        """The last minute of the day that was chosen, not the first of the next."""
        return self.expires_at - timedelta(minutes=1)

    @property
    def is_living(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class ShareView(TenantModel):
    """Somebody came to a share's page, or tried to. Only ever added to."""

    class What(models.TextChoices):
        OPENED = "opened", "Opened"
        REFUSED = "refused", "Wrong passcode"
        TOOK = "took", "Took the file"
        ACCEPTED = "accepted", "Accepted"

    share = TenantForeignKey("workspaces.SessionShare", models.PROTECT, related_name="views")
    #: What was done there.
    what = models.CharField(max_length=20, choices=What)
    #: The address it came from; empty where unknown.
    ip = models.GenericIPAddressField(null=True)
    #: What the browser called itself.
    agent = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        db_table = "session_share_views"
        constraints = [
            TenantIsolation(name="session_share_view_tenant", append_only=True),
            models.CheckConstraint(
                condition=models.Q(what__in=["opened", "refused", "took", "accepted"]), name="session_share_views_what"
            ),
        ]
        indexes = [models.Index(fields=["organization", "share", "-created_at"], name="session_share_views_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.share_id}"


class SessionAcceptance(TenantModel):
    """The client's word for a snapshot: once, with what was made of it."""

    snapshot = TenantForeignKey("workspaces.SessionSnapshot", models.PROTECT, related_name="acceptances")
    share = TenantForeignKey("workspaces.SessionShare", models.PROTECT, related_name="acceptances")
    #: As the person typed it.
    name = models.CharField("your name", max_length=120, validators=[validate_plain_text])
    accepted_at = models.DateTimeField()
    #: The address it came from; empty where unknown.
    ip = models.GenericIPAddressField(null=True)
    #: What the browser called itself.
    agent = models.CharField(max_length=300, blank=True)
    #: The snapshot's hash, as it was accepted.
    sha256 = models.CharField(max_length=64)
    #: The project made of it; empty once that is gone.
    project = TenantForeignKey("clients.Project", models.SET_NULL, null=True, related_name="acceptances")
    #: The list of what is still open, made of it; empty where nothing was.
    request_list = TenantForeignKey("clients.RequestList", models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        db_table = "session_acceptances"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "snapshot"], name="session_acceptances_once"),
        ]

    def __str__(self) -> str:
        return f"Accepted by {self.name}"
