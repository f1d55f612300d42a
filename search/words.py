"""Words as they are searched for: letters and digits without case and accents, whatever stands between them.

PostgreSQL's parser keeps “J.B.” and “Amazon.com” together as one word, and knows “é” from “e”. So a text is folded first,
by the same expression in the stored column and in the question. Every part of it is immutable, as a generated column
demands; `unaccent()` is not.
"""

import operator
import re
import unicodedata
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVector
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import NullIf, Replace, Trim

#: Combining marks, which decomposing sets free.
MARKS = "[\u0300-\u036f]"
#: Letters that decompose into nothing simpler: one for one, and one for two.
SINGLE = ("ŁłØøĐđðı", "LlOoDddi")
DOUBLE = {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "Th", "þ": "th"}

WITHOUT_DOTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
DOTTED = re.compile(r"(?<!q)([aou])e(?=[^\W_])")
SHORTEST_DOTTED = 5

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


def split(text: str) -> list[str]:
    """Words as they are typed, without the marks that stand between them."""
    composed = re.sub(MARKS, "", unicodedata.normalize("NFC", text))
    return re.findall(r"[^\W_]+", composed)


def spellings(word: str) -> list[str]:
    """Folded, and how else German writes it: “Müller” where no key has the dots is “Mueller”, and the other way round.

    An “e” is a dot only inside a longer word: “due” and “value” are what they are.
    """
    bare = folded(word).strip()
    undotted = DOTTED.sub(r"\1", bare) if len(bare) >= SHORTEST_DOTTED else bare
    return list(dict.fromkeys([bare, folded(word.translate(WITHOUT_DOTS)).strip(), undotted]))


def beginnings(words: str) -> SearchQueryCombinable:
    """Every word of these, in one of its spellings, begins a word of the row. Without a letter or digit it finds nothing."""
    each = [spellings(word) for word in split(words)]
    if all(len(spelled) == 1 for spelled in each):
        return _beginning(words)
    return reduce(operator.and_, (reduce(operator.or_, map(_beginning, spelled)) for spelled in each))


def _beginning(words: str) -> SearchQuery:
    spaced = NullIf(Trim(plain(Value(words))), Value(""))
    each = Replace(spaced, Value(" "), Value(":* & "))
    # `||` of NULL is NULL, where Django's Concat would make it an empty text, which is no query.
    return SearchQuery(Func(each, Value(":*"), template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()),
                       config="simple", search_type="raw")  # fmt: skip


def _text(*parts: Any, **how: str) -> Func:
    return Func(*parts, output_field=TextField(), **how)
