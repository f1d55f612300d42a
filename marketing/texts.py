"""The kinds of text operators write, and what they have in common: a past and old addresses."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils.text import slugify

from marketing.models import BlogAuthor, BlogPost, CaseStudy, CmsPage, SlugRedirect, Testimonial, TextRevision
from marketing.models.publishing import Publishable

DATABASE = "marketing"
KINDS: dict[str, type[Publishable]] = {
    model._meta.model_name or "": model for model in (BlogPost, CaseStudy, CmsPage, Testimonial)
}
#: Kept by the database, or not part of the words.
NOT_WORDS = {"id", "created_at", "updated_at"}


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
    """The words of the revision; whether and since when the text is published stays, and authors keep their name of today."""
    before = text.slug if hasattr(text, "slug") else ""
    names = {field.attname: field for field in text._meta.concrete_fields}
    for name, value in revision.values.items():
        if name in names and name not in ("status", "published_at"):
            setattr(text, name, names[name].to_python(author_now(value) if name == "author_name" else value))
    text.full_clean()
    with transaction.atomic(DATABASE):
        text.save()
        keep_old_address(text, before)
        keep_revision(text, editor=editor)


def rename_author(before: str, after: str, *, editor: str) -> None:
    """The byline is part of a post: each has a revision of it."""
    for post in BlogPost.objects.filter(author_name=before):
        keep_revision(post, editor="")  # a program may have written what is replaced now
        post.author_name = after
        post.save(update_fields=["author_name"])
        keep_revision(post, editor=editor)


def author_now(name: str) -> str:
    """What who wrote under this name is called today."""
    if BlogAuthor.objects.filter(name=name).exists():
        return name
    known = SlugRedirect.objects.filter(kind=BlogAuthor._meta.model_name, slug=slugify(name)).first()
    author = known and BlogAuthor.objects.filter(pk=known.text_id).first()
    return author.name if author else name


# --- addresses a text had -------------------------------------------------------------------------------------------


def keep_old_address(text: Any, before: str) -> None:
    """After a change of slug. An address that a text takes leads nowhere else any more."""
    if not hasattr(text, "slug"):
        return
    SlugRedirect.objects.filter(kind=kind_of(text), slug=text.slug).delete()
    if before and before != text.slug:
        SlugRedirect.objects.update_or_create(kind=kind_of(text), slug=before, defaults={"text_id": text.pk})


def moved(shown: QuerySet[Any], slug: str) -> HttpResponse:
    """To where the text is now; not found where none of those that may be shown is it."""
    known = SlugRedirect.objects.filter(kind=shown.model._meta.model_name, slug=slug).first()
    text: Any = known and shown.filter(pk=known.text_id).first()
    if not text:
        raise Http404("No text has or had this address.")
    return HttpResponsePermanentRedirect(text.get_absolute_url())
