"""Words as they are searched for: letters and digits, whatever stands between them.

PostgreSQL's parser keeps “J.B.” and “Amazon.com” together as one word. So everything else becomes a space first, by the
same expression in the stored column and in the question.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import NullIf, Replace, Trim


def plain(text: Any) -> Func:
    return Func(
        text, Value("[^[:alnum:]]+"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField()
    )


def search_vector(*fields: str) -> SearchVector:
    return SearchVector(*(plain(F(field)) for field in fields), config="simple")


def beginnings(words: str) -> SearchQuery:
    """Every word of these begins a word of the row. Without a letter or digit it finds nothing."""
    spaced = NullIf(Trim(plain(Value(words))), Value(""))
    each = Replace(spaced, Value(" "), Value(":* & "))
    # `||` of NULL is NULL, where Django's Concat would make it an empty text, which is no query.
    return SearchQuery(Func(each, Value(":*"), template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()),
                       config="simple", search_type="raw")  # fmt: skip
