"""Two wordings of a text with the words marked that only one of them has."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: Texts of more tokens, or that share less than this, are marked whole: nobody reads a mark on every other word.
MOST_TOKENS, LEAST_SHARED = 3000, 0.35


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    # From 200 on, what occurs all the time (spaces, “the”) begins no match: else a long text takes minutes.
    pieces = SequenceMatcher(None, old, new)
    if max(len(old), len(new)) > MOST_TOKENS or pieces.quick_ratio() < LEAST_SHARED or pieces.ratio() < LEAST_SHARED:
        return _one("del", before), _one("ins", after)
    steps = pieces.get_opcodes()
    cut = [("del" if kind != "equal" else "", "".join(old[a:b])) for kind, a, b, _, _ in steps]
    come = [("ins" if kind != "equal" else "", "".join(new[c:d])) for kind, _, _, c, d in steps]
    return _joined(cut), _joined(come)


def _joined(runs: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", "{}", ((_one(tag, text),) for tag, text in runs if text))


def _one(tag: str, text: str) -> SafeString:
    if not text:
        return SafeString("")
    return format_html(f"<{tag}>{{}}</{tag}>", text) if tag else format_html("{}", text)
