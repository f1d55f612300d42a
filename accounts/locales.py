"""Locales a person may choose: those whose way of writing dates Django knows. The interface itself stays English."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from look.reader import HOUSE, reading_as

LOCALES = {
    "en-gb": "English, United Kingdom",
    "en-ie": "English, Ireland",
    "en-us": "English, United States",
    "en-au": "English, Australia",
    "en-ca": "English, Canada",
    "da": "Danish",
    "de": "German",
    "de-ch": "German, Switzerland",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "fr-ch": "French, Switzerland",
    "it": "Italian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}


def reading(user: Any) -> AbstractContextManager[None]:
    """Pages and mails drawn inside are for this person: their zone, their way of writing dates."""
    if not user.is_authenticated:
        return nullcontext()
    return reading_as(user.timezone, user.locale if user.locale in LOCALES else HOUSE)
