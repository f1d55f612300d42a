"""The kinds of text operators write, and what they have in common: a past, old addresses, links for a first look."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from marketing.frame import absolute
from marketing.models import BlogPost, CaseStudy, CmsPage, SlugRedirect, Testimonial, TextRevision
from marketing.models.publishing import Publishable

DATABASE = "marketing"
KINDS: dict[str, type[Publishable]] = {
    model._meta.model_name or "": model for model in (BlogPost, CaseStudy, CmsPage, Testimonial)
}
#: Kept by the database, or not part of the words.
NOT_WORDS = {"id", "created_at", "updated_at"}
PREVIEW_SECONDS = 7 * 24 * 60 * 60
PREVIEW = "site.preview"


def kind_of(text: Publishable) -> str:
    return text._meta.model_name or ""


# --- revisions ------------------------------------------------------------------------------------------------------


def values_of(text: Publishable) -> dict[str, Any]:
    fields = [field for field in text._meta.concrete_fields if field.name not in NOT_WORDS]
    encoder = DjangoJSONEncoder()
    plain = (str, int, bool, list, type(None))
    values = {field.attname: getattr(text, field.attname) for field in fields}
    return {name: value if isinstance(value, plain) else encoder.default(value) for name, value in values.items()}


def keep_revision(text: Publishable, *, editor: str) -> TextRevision | None:
    """The text as it is now, unless it is what was kept last."""
    with transaction.atomic(DATABASE):
        type(text)._base_manager.select_for_update().get(pk=text.pk)  # two editors get two numbers
        past = TextRevision.objects.filter(kind=kind_of(text), text_id=text.pk)
        last, values = past.first(), values_of(text)
        if last and last.values == values:
            return None
        number = (past.aggregate(last=Max("number"))["last"] or 0) + 1
        return TextRevision.objects.create(
            kind=kind_of(text), text_id=text.pk, number=number, values=values, editor=editor
        )


def restore(text: Any, revision: TextRevision, *, editor: str) -> None:
    """The words of the revision; whether and since when the text is published stays as it is."""
    before = text.slug if hasattr(text, "slug") else ""
    names = {field.attname: field for field in text._meta.concrete_fields}
    for name, value in revision.values.items():
        if name in names and name not in ("status", "published_at"):
            setattr(text, name, names[name].to_python(value))
    text.full_clean()
    with transaction.atomic(DATABASE):
        text.save()
        keep_old_address(text, before)
        keep_revision(text, editor=editor)


# --- addresses a text had -------------------------------------------------------------------------------------------


def keep_old_address(text: Any, before: str) -> None:
    """After a change of slug. An address that a text takes leads nowhere else any more."""
    if not hasattr(text, "slug"):
        return
    SlugRedirect.objects.filter(kind=kind_of(text), slug=text.slug).delete()
    if before and before != text.slug:
        SlugRedirect.objects.update_or_create(kind=kind_of(text), slug=before, defaults={"text_id": text.pk})


def moved(model: type[Publishable], slug: str) -> HttpResponse:
    """To where the text is now; not found where there is none that may be shown."""
    known = SlugRedirect.objects.filter(kind=model._meta.model_name, slug=slug).first()
    text: Any = known and model.objects.published().filter(pk=known.text_id).first()
    if not text:
        raise Http404("No text has or had this address.")
    return HttpResponsePermanentRedirect(text.get_absolute_url())


# --- a first look ---------------------------------------------------------------------------------------------------


def preview_address(text: Publishable) -> str:
    token = signing.dumps([kind_of(text), str(text.pk)], salt=PREVIEW)
    return absolute(reverse("text_preview", kwargs={"token": token}))


def text_of_preview(token: str) -> Any:
    """The text as it is saved now, published or not; None once the link is too old."""
    try:
        kind, pk = signing.loads(token, salt=PREVIEW, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        return None
    return KINDS[kind]._default_manager.filter(pk=UUID(pk)).first()
