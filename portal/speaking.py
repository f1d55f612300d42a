"""In whose words, zone and way of writing dates a page or a mail is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from clients.models import ClientContact
from look.reader import reading_as
from portal.languages import CODES
from portal.models import PortalPreference, PortalSetting


def language_of(preference: PortalPreference | None, *, accepted: str = "") -> str:
    """What the contact chose; else what their browser asks for; else the firm's."""
    if preference and preference.language in CODES:
        return preference.language
    return asked_for(accepted) or PortalSetting.of_firm().language


def asked_for(accept_language: str) -> str:
    """The first language of the header that the portal speaks; “de-AT” is served German, “en-US” English."""
    for wanted, _ in parse_accept_lang_header(accept_language):
        for code in CODES:
            if wanted.split("-")[0] == code.split("-")[0]:
                return code
    return ""


@contextmanager
def speaking(language: str, *, zone: str = "") -> Iterator[None]:
    with translation.override(language), reading_as(zone, language):
        yield


@contextmanager
def speaking_to(contact: ClientContact) -> Iterator[None]:
    """For mails: days are the firm's, moments the contact's, words as chosen."""
    preference = PortalPreference.of(contact)
    with (
        timezone.override(contact.organization.zone),
        speaking(language_of(preference), zone=preference.timezone),
    ):
        yield
