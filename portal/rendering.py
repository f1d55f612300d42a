from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.deep_links import page_of
from portal.languages import LANGUAGES

if TYPE_CHECKING:  # the middleware draws a page itself
    from portal.middleware import PortalRequest


def render_portal(
    request: "PortalRequest", template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in the firm's colours, with what its frame needs."""
    frame = {
        "organization": request.organization,
        "brand_css_url": reverse("portal_brand_css"),
        "logo_url": request.organization.logo_at(reverse("portal_logo")),
        "languages": LANGUAGES,
    }
    # Whose documents these are is for the contact alone: an address can be forwarded or guessed at.
    if request.contact_session:
        frame |= {
            "portal_client_name": request.contact.client.name,
            "contact": {
                "pk": request.contact.pk,
                "display_name": request.contact.name,
                "first_name": request.contact.name.split()[0],
                "is_coordinator": request.contact.is_coordinator,
            },
            "address": request.contact.email,
            "page_here": page_of(request.path),
            "sign_out_url": reverse("portal_sign_out"),
        }
    return render(request, template, frame | (context or {}), status=status)
