"""Any endpoint that speaks as OpenAI's does: one question, one answer, in bounded time and size."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

LARGEST = 256 * 1024
#: Longer notes are read in parts of so many letters.
AT_ONCE = 20_000
ASKED = (
    "You help a professional firm to structure a first conversation with a client. Answer with one JSON object: "
    '"problem" and "outcome", a sentence each, and "lines", a list of objects with "kind" (goal, pain, requirement, '
    'assumption, risk, question or out), "text" (a short sentence) and "quote" (the sentence of the notes it comes from, '
    "word for word). Say nothing that the notes do not say."
)
#: Ways to reach somebody, which nothing that is drafted needs.
CONTACTS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d ()/.-]{7,}\d")


class DraftFailed(Exception):
    """The message is a sentence for the person."""


@dataclass(frozen=True)
class Endpoint:
    url: str
    key: str
    model: str
    seconds: float

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def draft(self, notes: str) -> dict[str, Any]:
        try:
            return together([_said(self._asked(part)) for part in parts_of(notes)])
        except requests.Timeout as error:
            raise DraftFailed(f"{self.host} did not answer within {self.seconds:g} seconds.") from error
        except requests.RequestException as error:
            raise DraftFailed(f"{self.host} could not be reached.") from error

    def _asked(self, notes: str) -> bytes:
        body: dict[str, Any] = {
            "model": self.model, "temperature": 0, "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": ASKED}, {"role": "user", "content": notes}],
        }  # fmt: skip
        until = time.monotonic() + self.seconds
        with requests.post(
            f"{self.url.rstrip('/')}/chat/completions", json=body, headers={"Authorization": f"Bearer {self.key}"},
            timeout=self.seconds, stream=True, allow_redirects=False,
        ) as answer:  # fmt: skip
            if answer.status_code != 200:
                raise DraftFailed(f"{self.host} {_why(answer.status_code)}.")
            return self._read(answer, until)

    def _read(self, answer: requests.Response, until: float) -> bytes:
        """A server that sends a byte now and then is as late as one that sends nothing."""
        read = b""
        while part := _part_of(answer):
            read += part
            if len(read) > LARGEST:
                raise DraftFailed(f"{self.host} answered more than can be read.")
            if time.monotonic() > until:
                raise requests.Timeout
        return read


def _part_of(answer: requests.Response) -> bytes:
    """What has come by now, and nothing at the end: `iter_content` would wait until its piece is full."""
    try:
        part: bytes = answer.raw.read1(8192, decode_content=True)
    except ReadTimeoutError as error:
        raise requests.Timeout from error
    except HTTPError as error:
        raise requests.ConnectionError from error
    return part


def parts_of(notes: str) -> list[str]:
    """What is sent: each part ends with a line, or at least with a word. No way to reach anybody is cut in two and kept."""
    left, parts = CONTACTS.sub("[…]", notes), []
    while len(left) > AT_ONCE:
        end = max(left.rfind("\n", AT_ONCE // 2, AT_ONCE), 0) or max(left.rfind(" ", 0, AT_ONCE), 0) or AT_ONCE
        parts.append(left[:end])
        left = left[end:].lstrip()
    return [*parts, left] if left.strip() or not parts else parts


def together(said: list[dict[str, Any]]) -> dict[str, Any]:
    """One answer of those to each part: the first that names the problem and the outcome, and the lines of all."""
    words = {name: next((one[name] for one in said if one.get(name)), "") for name in ("problem", "outcome")}
    lines = [line for one in said if isinstance(one.get("lines"), list) for line in one["lines"]]
    return {**words, "lines": lines}


def _why(status: int) -> str:
    if status in (401, 403):
        return "does not take our key; whoever runs this installation can set another"
    if status == 429:
        return "has too much to do; try again in a minute"
    return f"had an error ({status}); try again later"


def _said(answer: bytes) -> dict[str, Any]:
    try:
        choice = json.loads(answer)["choices"][0]
        if choice.get("finish_reason") == "length":
            raise DraftFailed("The answer was too long and broke off. Shorten the notes, and ask again.")
        said = json.loads(choice["message"]["content"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise DraftFailed("What came back could not be read.") from error
    if not isinstance(said, dict):
        raise DraftFailed("What came back could not be read.")
    return said
