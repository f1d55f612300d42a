"""A first look at a text by a link: for a week, or until an operator ends it."""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from marketing.frame import absolute
from marketing.models import PreviewLink
from marketing.models.publishing import Publishable
from marketing.texts import KINDS, kind_of

KEPT = timedelta(days=7)
signer = signing.Signer(salt="site.preview")


def links_of(text: Publishable) -> QuerySet[PreviewLink]:
    return PreviewLink.objects.filter(kind=kind_of(text), text_id=text.pk)


def make_link(text: Publishable, *, by: str) -> PreviewLink:
    ends_at = timezone.now() + KEPT
    return PreviewLink.objects.create(kind=kind_of(text), text_id=text.pk, ends_at=ends_at, made_by=by)


def end(link: PreviewLink) -> None:
    if link.works:
        link.ends_at = timezone.now()
        link.save(update_fields=["ends_at"])


def address(link: PreviewLink) -> str:
    return absolute(reverse("text_preview", kwargs={"token": signer.sign(str(link.pk))}))


def link_of(token: str) -> PreviewLink | None:
    """None where it was not made by us, is over, or has been ended."""
    try:
        pk = signer.unsign(token)
    except signing.BadSignature:
        return None
    return PreviewLink.objects.filter(pk=pk, ends_at__gt=timezone.now()).first()


def text_of(link: PreviewLink) -> Any:
    """As it is saved now, published or not; None where it has been deleted since."""
    return KINDS[link.kind]._default_manager.filter(pk=link.text_id).first()
