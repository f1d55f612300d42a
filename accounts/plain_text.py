"""Text in one line that a person may type: nothing that hides, breaks lines or turns the reading direction."""

import re

from django.core.exceptions import ValidationError

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def validate_plain_text(text: str) -> None:
    if UNSEEN.search(text):
        raise ValidationError("Remove the hidden characters: type it instead of pasting it.")
