"""Operations that make the columns of words, for migrations of the apps that are searched.

The expression stands here as it was when the columns were made, and is never changed: `words.plain` may change, and
then these columns are made anew by another migration with another copy.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import AddField, RemoveField
from django.db.migrations.operations.models import AddIndex, RemoveIndex
from django.db.models import F, Func, GeneratedField, TextField, Value
from django.db.models.functions import Replace

from schema_changes.annotations import reviewed

BECAUSE = (
    "an expression that is stored can only be written anew; it takes half a minute for a million rows, and is done with "
    "the release that searches for accents"
)
DOUBLE = {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "Th", "þ": "th"}


def made(model: str, index: str, names: tuple[str, ...], more: tuple[Any, ...] = ()) -> list[Operation]:
    """A new column, and its index."""
    column = GeneratedField(expression=_vector(names, more), output_field=SearchVectorField(), db_persist=True)
    return [
        reviewed(AddField(model, "tsv", column), because=BECAUSE),
        reviewed(AddIndex(model, GinIndex(fields=["organization", "tsv"], name=index)), because=BECAUSE),
    ]


def made_anew(model: str, index: str, names: tuple[str, ...], more: tuple[Any, ...] = ()) -> list[Operation]:
    return [
        reviewed(RemoveIndex(model, index), because=BECAUSE),
        reviewed(RemoveField(model, "tsv"), because=BECAUSE),
        *made(model, index, names, more),
    ]


def _vector(names: tuple[str, ...], more: tuple[Any, ...]) -> Any:
    known = SearchVector(*(_plain(F(name)) for name in names), config="simple", weight="A")
    if not more:
        return known
    said = (F(each) if isinstance(each, str) else each for each in more)
    return known + SearchVector(*map(_plain, said), config="simple", weight="B")


def _plain(text: Any) -> Func:
    bare: Any = _text(text, template="normalize(%(expressions)s, NFKD)")
    bare = _text(bare, Value(r"[\u0300-\u036f]"), Value(""), Value("g"), function="regexp_replace")
    bare = _text(bare, Value("ŁłØøĐđðı"), Value("LlOoDddi"), function="translate")
    for letter, letters in DOUBLE.items():
        bare = Replace(bare, Value(letter), Value(letters))
    return _text(bare, Value("[^[:alnum:]]+"), Value(" "), Value("g"), function="regexp_replace")


def _text(*parts: Any, **how: str) -> Func:
    return Func(*parts, output_field=TextField(), **how)
