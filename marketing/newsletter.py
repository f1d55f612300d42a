"""Who gets the newsletter. Nobody before the owner of the address has said so twice, and nobody after they have left."""

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from marketing.frame import absolute
from marketing.mails import DATABASE, write_mail
from marketing.models import NewsletterSignup, NewsletterSuppression
from marketing.words import CONSENT

CONFIRM_SECONDS = 7 * 24 * 60 * 60
CONFIRMING, LEAVING = "newsletter.confirm", "newsletter.leave"

Status, Reason = NewsletterSignup.Status, NewsletterSuppression.Reason


def sign_up(email: str, *, page: str) -> None:
    """Asks the owner of the address by mail. What is on the list already, or never to be mailed, gets none."""
    email = email.strip().lower()
    with transaction.atomic(DATABASE):
        known = NewsletterSignup.objects.select_for_update().filter(email=email).first()
        if is_refused(email) or (known and known.status == Status.CONFIRMED):
            return
        values = {"consent_text": CONSENT, "consent_page": page, "asked_at": timezone.now()}
        asked = {**values, "status": Status.PENDING, "confirmed_at": None, "left_at": None}
        signup, _ = NewsletterSignup.objects.update_or_create(email=email, defaults=asked)
        link = absolute(reverse("newsletter_confirmation", kwargs={"token": token(signup, CONFIRMING)}))
        write_mail("confirm", to=email, subject="Confirm: Month-end notes from Tickmark", link=link)


def is_refused(email: str) -> bool:
    """Its mails come back, or its owner complained. Who only left may come again."""
    return NewsletterSuppression.objects.filter(email=email).exclude(reason=Reason.LEFT).exists()


def confirm(signup: NewsletterSignup) -> bool:
    """By the owner's press of a button: a link that is only opened, by a scanner of mails too, confirms nothing. Whether
    the address is on the list now: who left meanwhile, or is never to be mailed, is not."""
    with transaction.atomic(DATABASE):
        row = NewsletterSignup.objects.select_for_update().get(pk=signup.pk)
        if is_refused(row.email) or row.status == Status.LEFT:
            return False
        if row.status == Status.CONFIRMED:
            return True
        row.status, row.confirmed_at = Status.CONFIRMED, timezone.now()
        row.save()
        NewsletterSuppression.objects.filter(email=row.email, reason=Reason.LEFT).delete()
        write_mail(
            "welcome", to=row.email, subject="You get Month-end notes from now on", headers=leaving_headers(row),
            link=leaving_address(row),
        )  # fmt: skip
    return True


def leave(signup: NewsletterSignup) -> None:
    with transaction.atomic(DATABASE):
        row = NewsletterSignup.objects.select_for_update().get(pk=signup.pk)
        if row.status != Status.LEFT:
            row.status, row.left_at = Status.LEFT, timezone.now()
            row.save()
        NewsletterSuppression.objects.get_or_create(email=row.email, defaults={"reason": Reason.LEFT})


def to_mail() -> list[NewsletterSignup]:
    """Everybody who confirmed, without those whose mails come back or who left since."""
    suppressed = NewsletterSuppression.objects.values("email")
    return list(NewsletterSignup.objects.filter(status=Status.CONFIRMED).exclude(email__in=suppressed).order_by("id"))


def leaving_headers(signup: NewsletterSignup) -> dict[str, str]:
    """One press in the mail program (RFC 8058); every letter carries them."""
    return {
        "List-Unsubscribe": f"<{leaving_address(signup)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def leaving_address(signup: NewsletterSignup) -> str:
    return absolute(reverse("newsletter_leaving", kwargs={"token": token(signup, LEAVING)}))


def token(signup: NewsletterSignup, purpose: str) -> str:
    return signing.dumps(str(signup.pk), salt=purpose)


def signup_of(token: str, purpose: str) -> NewsletterSignup | None:
    """None of somebody who was forgotten. Raises BadSignature for a link that is broken or too old to confirm with."""
    pk = signing.loads(token, salt=purpose, max_age=CONFIRM_SECONDS if purpose == CONFIRMING else None)
    return NewsletterSignup.objects.filter(pk=pk).first()
