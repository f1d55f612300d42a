"""What the pages ask, built by the application's own managers and models."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.load import Size

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Question:
    """The same question twice: as the application sends it, and as it would be without the manager's literal."""

    name: str
    with_literal: Statement
    policy_alone: Statement
    writes: bool = False


def questions(size: Size) -> Iterator[Question]:
    """For one firm. Objects to ask about are looked up inside it."""
    from tenancy.context import all_tenants, tenant

    with tenant(size.id):
        asked = ask_about(*examples())
        literal = {name: compiled(build) for name, build in asked.items()}
        inserted = insert_statement()
    with all_tenants(reason="measuring the policy alone"):
        bare = {name: compiled(build) for name, build in asked.items()}
    for name, statement in literal.items():
        yield Question(name, statement, bare[name])
    yield Question("insert a request", inserted, inserted, writes=True)


def examples() -> tuple[Any, Any, Any]:
    from django.db.models.functions import Lower

    from clients.models import Client, InformationRequest, RequestList

    clients = Client.objects.annotate(key=Lower("name")).order_by("key", "id")
    middle = clients[Client.objects.count() // 2]
    return middle, RequestList.objects.filter(client=middle).get(), InformationRequest.objects.order_by("id").first()


def ask_about(client: Any, request_list: Any, request: Any) -> dict[str, Callable[[], Any]]:
    from django.contrib.postgres.search import SearchQuery
    from django.db.models import Count, Q
    from django.db.models.functions import Lower

    from clients.models import Client, InformationRequest

    by_name = Client.objects.annotate(key=Lower("name")).order_by("key", "id").defer("tsv")
    rows = InformationRequest.objects.defer("tsv")
    beyond = Q(key__gt=client.name.lower()) | Q(key=client.name.lower(), id__gt=client.pk)

    def words(text: str) -> SearchQuery:
        return SearchQuery(text, config="simple", search_type="websearch")

    return {
        "a request by id": lambda: rows.filter(pk=request.pk),
        "a page of clients": lambda: by_name.filter(key__gte=client.name.lower()).filter(beyond)[:50],
        "clients by a word": lambda: by_name.filter(tsv=words("w2"))[:50],
        "a request list": lambda: rows.filter(request_list=request_list).order_by("position", "id"),
        "requests to review": lambda: (
            rows.to_review().select_related("request_list__client").order_by("due_date", "id")[:20]
        ),
        "requests by status": lambda: InformationRequest.objects.values("status").annotate(n=Count("*")).order_by(),
        "requests by a rare word": lambda: rows.filter(tsv=words("w4321"))[:50],
        "requests by a common word": lambda: rows.filter(tsv=words("w1"))[:50],
    }


def compiled(build: Callable[[], Any]) -> Statement:
    sql, params = build().query.get_compiler("default").as_sql()
    return sql, tuple(params)


def insert_statement() -> Statement:
    from django.db.models.sql import InsertQuery

    from clients.models import InformationRequest, RequestList

    request_list = RequestList.objects.first()
    new = InformationRequest(request_list=request_list, number=1_000_000, title="A new request")
    fields = [f for f in InformationRequest._meta.local_concrete_fields if not f.generated and not f.has_db_default()]
    query = InsertQuery(InformationRequest)
    query.insert_values(fields, [new])
    ((sql, params),) = query.get_compiler("default").as_sql()
    return sql, tuple(params)
