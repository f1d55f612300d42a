"""The drafter without a model: sorts the sentences of the notes by the words in them. Nothing leaves the installation."""

import re
from typing import Any

SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
SPEAKER = re.compile(r"^[A-Z][\w’'-]{1,20}( [A-Z][\w’'-]{1,20})?: ")
#: The first that fits decides.
SIGNS: list[tuple[str, str]] = [
    ("question", r"\?$|\b(nobody knows|not (yet )?(clear|known|decided)|unclear|to be decided|open whether)\b"),
    ("out", r"\b(out of scope|not part of|not included|excluded|stays? with|no need (for|to)|not now)\b"),
    ("assumption", r"\b(assum\w+|provided that|we can (name|give|provide|free)|will be (available|provided|ready))\b"),
    ("risk", r"\b(risk\w*|worr\w+|might|may (fail|slip|change)|depends? on|differs? between|afraid|deadline is tight)\b"),
    ("goal", r"\b(wants?|goals?|aims?|so that|in order to|reduce|increase|go live|by (the end|spring|summer|autumn|winter))\b"),
    ("pain", r"\b(never|slow\w*|manual\w*|wrong|errors?|late|fails?|cannot|too long|twice|spreadsheets?|problems?|difficult|disagrees?)\b"),
    ("requirement", r"\b(must|needs?|requires?|has to|have to|should|shall)\b"),
]  # fmt: skip


def draft(notes: str) -> dict[str, Any]:
    lines = [line for sentence in SENTENCE.split(notes) if (line := _line(sentence.strip()))]
    first = {kind: next((line["text"] for line in lines if line["kind"] == kind), "") for kind in ("pain", "goal")}
    return {"problem": first["pain"], "outcome": first["goal"], "lines": lines}


def _line(sentence: str) -> dict[str, str] | None:
    if len(sentence) < 12:
        return None
    kind = next((kind for kind, sign in SIGNS if re.search(sign, sentence, re.IGNORECASE)), None)
    text = SPEAKER.sub("", sentence)
    return {"kind": kind, "text": text[:1].upper() + text[1:], "quote": sentence} if kind else None
