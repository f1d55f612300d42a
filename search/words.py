"""Words as they are searched for: letters and digits without case and accents, whatever stands between them.

PostgreSQL's parser keeps “J.B.” and “Amazon.com” together as one word, and knows “é” from “e”. So a text is folded first,
by the same expression in the stored column and in the question. Every part of it is immutable, as a generated column
demands; `unaccent()` is not.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import NullIf, Replace, Trim

#: Combining marks, which decomposing sets free.
MARKS = "[\u0300-\u036f]"
#: Letters that decompose into nothing simpler: one for one, and one for two.
SINGLE = ("ŁłØøĐđðı", "LlOoDddi")
DOUBLE = {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "Th", "þ": "th"}

_PYTHON = str.maketrans(dict(zip(*SINGLE, strict=True)) | DOUBLE)


def folded(text: str) -> str:
    """What `plain` makes of a text, and in small letters: for marking in Python what SQL has found."""
    bare = re.sub(MARKS, "", unicodedata.normalize("NFKD", text)).translate(_PYTHON)
    return re.sub(r"[\W_]+", " ", bare).lower()


def plain(text: Any) -> Func:
    bare: Any = _text(text, template="normalize(%(expressions)s, NFKD)")
    bare = _text(bare, Value(r"[\u0300-\u036f]"), Value(""), Value("g"), function="regexp_replace")
    bare = _text(bare, *map(Value, SINGLE), function="translate")
    for letter, letters in DOUBLE.items():
        bare = Replace(bare, Value(letter), Value(letters))
    return _text(bare, Value("[^[:alnum:]]+"), Value(" "), Value("g"), function="regexp_replace")


def search_vector(*fields: str, more: tuple[Any, ...] = ()) -> Any:
    """Of the names by which a row is known, and of what else it says, which counts less: fields or expressions."""
    names = SearchVector(*(plain(F(field)) for field in fields), config="simple", weight="A")
    if not more:
        return names
    said = (F(each) if isinstance(each, str) else each for each in more)
    return names + SearchVector(*map(plain, said), config="simple", weight="B")


def beginnings(words: str) -> SearchQuery:
    """Every word of these begins a word of the row. Without a letter or digit it finds nothing."""
    spaced = NullIf(Trim(plain(Value(words))), Value(""))
    each = Replace(spaced, Value(" "), Value(":* & "))
    # `||` of NULL is NULL, where Django's Concat would make it an empty text, which is no query.
    return SearchQuery(Func(each, Value(":*"), template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()),
                       config="simple", search_type="raw")  # fmt: skip


def _text(*parts: Any, **how: str) -> Func:
    return Func(*parts, output_field=TextField(), **how)
