"""Whatever a program sends, the answer is one that the OpenAPI document names, and never an error of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api_document import document
from tests.api import Program, api_url
from tests.cast import Cast

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip


@pytest.fixture
def asked_of_us(cast: Cast, settings: Any) -> Iterator[tuple[schemathesis.BaseSchema, dict[str, str]]]:
    """The operations as this firm's programs know them, answered by the application itself, in the test's transaction."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.API_RATE_LIMITS = {"api_calls": "100000/m/key"}
    headers = Program(cast.ours.member).headers
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    firm = api_url(cast.ours, "api_session_list").removesuffix("/sessions/")
    made = schemathesis.openapi.from_dict(document() | {"servers": [{"url": firm}]})
    made.app = get_wsgi_application()
    yield made, headers
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
def test_every_answer_is_as_the_document_says(
    cast: Cast, asked_of_us: tuple[schemathesis.BaseSchema, dict[str, str]]
) -> None:
    (operations, headers), asked = asked_of_us, 0
    known = {
        "scoping_id": str(cast.ours.scoping.pk), "share_id": str(cast.ours.share.pk), "number": 1,
        "deleted_scoping_id": str(cast.ours.deleted_scoping.pk), "row": "v1",
        "draft_id": str(cast.ours.scoping_draft.pk),
    }  # fmt: skip

    for found in operations.get_all_operations():
        operation = found.ok()

        @bounded(
            max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def one(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            if asked % 2 and any(parameter.name == "If-Match" for parameter in case.operation.headers):
                case.headers["If-Match"] = "*"
            case.call_and_validate(headers=headers, checks=CHECKS)

        one()
    assert asked > 40
