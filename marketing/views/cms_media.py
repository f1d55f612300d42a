from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from marketing.models import CmsMedia, CmsRendition
from marketing.public_page import needs_database, public_page
from marketing.renditions import CONTENT_TYPE

A_YEAR = 31_536_000


@needs_database
@public_page(max_age=A_YEAR, counted=False, immutable=True)
def cms_media_detail(request: HttpRequest, media_id: UUID) -> HttpResponse:
    media = get_object_or_404(CmsMedia, pk=media_id)
    return HttpResponse(bytes(media.content), content_type=media.content_type)


@needs_database
@public_page(max_age=A_YEAR, counted=False, immutable=True)
def cms_rendition_detail(request: HttpRequest, media_id: UUID, width: int) -> HttpResponse:
    rendition = get_object_or_404(CmsRendition.objects.defer(None), media_id=media_id, width=width)
    return HttpResponse(bytes(rendition.content), content_type=CONTENT_TYPE)
