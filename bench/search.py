"""Full-text search in one very large firm, as the application compiles it."""

from collections.abc import Iterator

from bench.load import Size
from bench.pages import Page

WORDS = {"a rare word": "w4321", "a common word": "w1", "two words": "w40 w3", "a word nobody wrote": "nothing"}


def searches(size: Size) -> Iterator[Page]:
    from django.contrib.postgres.search import SearchQuery

    from clients.models import InformationRequest
    from tenancy.context import tenant

    with tenant(size.id):
        for name, words in WORDS.items():
            query = SearchQuery(words, config="simple", search_type="websearch")
            rows = InformationRequest.objects.defer("tsv").filter(tsv=query).order_by("-created_at")[:50]
            sql, params = rows.query.get_compiler("default").as_sql()
            yield Page(name, [(sql, params)], writes=False)
