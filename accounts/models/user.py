import zoneinfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.crypto import get_random_string, salted_hmac
from uuid_utils.compat import uuid7


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list.")


def new_session_salt() -> str:
    return get_random_string(32)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        # Only the sign-in role may read password hashes; it loads them by name when it needs one.
        return super().get_queryset().defer("password")

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{"is_operator": True, **fields})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person, inside firms or outside them. What a firm sees of a person is the membership, never this row."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PENDING = "pending", "Pending"
        SUSPENDED = "suspended", "Suspended"
        DELETED = "deleted", "Deleted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: The address the person signs in with; one account each, whatever the case of its letters.
    email = models.EmailField(max_length=254)
    #: How we greet the person; at first cut from the full name, may be empty.
    first_name = models.CharField(max_length=100, blank=True)
    #: At first cut from the full name; may be empty.
    last_name = models.CharField(max_length=100, blank=True)
    #: What others read.
    full_name = models.CharField(max_length=200)
    #: Where the picture lies in the store; empty where initials are shown.
    avatar = models.CharField(max_length=300, blank=True)
    timezone = models.CharField(
        max_length=64, default="", blank=True, validators=[validate_timezone]
    )  #: Empty: the firm's.
    #: How days and numbers are written for the person.
    locale = models.CharField(max_length=12, default="en-gb")
    #: Kind of mail to whether it is wanted; a kind that is not named is.
    notification_settings = models.JSONField(default=dict, blank=True)
    #: Who the person is at Auth0; empty for whoever never came from there.
    auth0_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    #: Runs the platform; belongs to no firm.
    is_operator = models.BooleanField(default=False)
    #: Part of every session's hash: a new one, made with each new password, ends them all.
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)
    #: Wrong tries since the last good one.
    failed_sign_ins = models.PositiveIntegerField(default=0)
    #: Until when sign-in pauses, but for browsers the person has used before; empty: it does not.
    locked_until = models.DateTimeField(null=True, blank=True)
    #: When the person last signed in; empty: never.
    last_login = models.DateTimeField("last sign-in", null=True, blank=True)
    #: The address that was from.
    last_login_ip = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When the account was deleted and its personal data taken out.
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="users_email", violation_error_message="This address has an account."
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "pending", "suspended", "deleted"]), name="users_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status="deleted", deleted_at__isnull=False)
                | ~models.Q(status="deleted") & models.Q(deleted_at=None),
                name="users_deleted_at",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.status == self.Status.ACTIVE

    @property
    def is_staff(self) -> bool:
        """Django admin's word for an operator of the platform."""
        return self.is_operator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name or self.full_name

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.session_salt = new_session_salt()

    def get_session_auth_hash(self) -> str:
        """Ends every session when the password changes, without anybody reading the hash of the password."""
        return salted_hmac("accounts.User.session", self.session_salt, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> list[str]:
        return []


#: In `UserProfile.profile_data`.
PICTURE_REMOVED, PICTURE_FROM = "picture_removed", "picture_from"


class UserProfile(models.Model):
    """What a person tells of their work; one to one with the user."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="profile")
    #: As the person wrote it; may be empty.
    job_title = models.CharField(max_length=120, blank=True)
    #: As the person wrote it; may be empty.
    phone = models.CharField(max_length=40, blank=True)
    #: What the person says about themselves; may be empty.
    bio = models.TextField(blank=True, max_length=2000)
    #: `picture_removed`: the person wants none, and no sign-in brings a provider's. `picture_from`: which account at a
    #: provider the picture came from, which file that is, and its hash. Room for more of the kind.
    profile_data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "user_profiles"

    def __str__(self) -> str:
        return str(self.user)
