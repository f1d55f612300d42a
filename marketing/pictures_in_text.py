"""Pictures of ours inside a text get their size and their smaller renditions, so that nothing jumps while they load."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from marketing.markdown import to_html
from marketing.models import BlogAuthor, BlogPost, CaseStudy, CmsMedia, CmsPage

OURS = re.compile(r'src="/media/([0-9a-f-]{36})/"')
SIZES = "(min-width: 48rem) 44rem, 100vw"


def drawn(text: str) -> SafeString:
    """Asks the database: call it where that is caught."""
    html = to_html(text)
    wanted = {UUID(found) for found in OURS.findall(html)}
    if not wanted:
        return html
    pictures = CmsMedia.objects.filter(pk__in=wanted).defer("content").prefetch_related("renditions")
    known = {str(picture.pk): attributes(picture) for picture in pictures}
    return mark_safe(OURS.sub(lambda found: found[0] + known.get(found[1], ""), html))  # noqa: S308 (attributes of ours)


def with_cover(model: type[BlogPost] | type[CaseStudy]) -> QuerySet:
    """What is published, with its picture but for the bytes of it."""
    return model.objects.published().select_related("cover").defer("cover__content")


def attributes(picture: CmsMedia) -> str:
    sized = f' width="{picture.width}" height="{picture.height}" loading="lazy" decoding="async"'
    return f'{sized} srcset="{escape(picture.srcset)}" sizes="{SIZES}"' if picture.srcset else sized


def texts_with(pictures: Iterable[CmsMedia]) -> list[str]:
    """Every text, of today and not of its past, between whose words one of them stands."""
    addresses = [picture.get_absolute_url() for picture in pictures]
    found = []
    for model, field in ((BlogPost, "body"), (CaseStudy, "body"), (CmsPage, "body"), (BlogAuthor, "about")):
        shows = Q(*((f"{field}__contains", address) for address in addresses), _connector=Q.OR)
        texts = model._default_manager.filter(shows) if addresses else []
        found += [f"{model._meta.verbose_name}: {text}" for text in texts]
    return found
