"""The OpenAPI document of what programs may ask, and the same in words for people."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from config.urls.api import api

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why something was not done (RFC 9457). `detail` is a sentence.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": {
            "type": "array",
            "description": "422: which places of what was sent, and why.",
            "items": {
                "type": "object", "required": ["place", "sentence"], "properties": {"place": TEXT, "sentence": TEXT},
            },
        },
        "version": {"type": "integer", "description": "428: the version that stands there now."},
        "differing": {"type": "array", "items": TEXT, "description": "409: places written since the version you named."},
        "current": {"$ref": "#/components/schemas/WholeSession", "description": "409: what stands there now."},
    },
}  # fmt: skip
KINDS = {"string": "text", "boolean": "true or false", "object": "names with texts", "null": "nothing"}
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
WORDS = {
    400: "The request is not well-formed", 401: "No token, or one that is no longer good", 403: "The person may not do this",
    404: "Nothing here for this person", 405: "This address does not take that method", 409: "Somebody was there before you",
    422: "Some of what was sent cannot be taken", 428: "If-Match is missing", 429: "Too many requests",
}  # fmt: skip
ALWAYS, VERSIONED = (400, 401, 403, 404, 405, 422, 429), (409, 428)


@cache
def document() -> dict[str, Any]:
    """Addresses stand below the firm's own: `servers` says where that is."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    made["servers"] = [{"url": "/api/v1/o/{slug}", "variables": {"slug": {"default": "your-firm"}}}]
    made["components"]["schemas"]["Problem"] = PROBLEM
    for path in made["paths"].values():
        for operation in path.values():
            _complete(operation)
    return made


def _complete(operation: dict[str, Any]) -> None:
    is_versioned = any(one["name"] == "If-Match" for one in operation["parameters"])
    for status in (*ALWAYS, *(VERSIONED if is_versioned else ())):
        said = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status] = {"description": WORDS[status], "content": said}
    operation["responses"][429]["headers"] = RETRY


@dataclass(frozen=True)
class Told:
    """One operation, as people read it."""

    method: str
    path: str
    words: str
    parameters: list[tuple[str, str, str]]
    body: list[tuple[str, str, str]]
    answers: list[tuple[str, str]]


def told() -> dict[str, list[Told]]:
    """By the noun they are about."""
    found: dict[str, list[Told]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_told(method, path, operation))
    return found


def _told(method: str, path: str, operation: dict[str, Any]) -> Told:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Told(
        method.upper(), path, operation.get("description", ""),
        [(one["name"], _kind(one["schema"]), one.get("description", "")) for one in operation["parameters"]],
        [(name, _kind(field), field.get("description", "")) for name, field in _named(body).get("properties", {}).items()],
        [(str(status), one["description"]) for status, one in operation["responses"].items()],
    )  # fmt: skip


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["schemas"][name] if name else schema
    return found


def _kind(schema: dict[str, Any]) -> str:
    """“text”, “list of text”, or the words that are allowed."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "$ref" in schema:
        return ", ".join(_named(schema).get("properties", {}))
    kind = schema.get("format") or schema.get("type", "")
    return KINDS.get(kind, kind)
