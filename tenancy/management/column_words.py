"""What a column holds, in words for docs/schema.md: as its field says, or as its name and kind say everywhere."""

import ast
import inspect
import textwrap
from functools import cache
from typing import Any

from django.db import models

Model = type[models.Model]

#: Kinds of field whose name says the rest.
KINDS = {models.BooleanField: "Yes or no.", models.DateField: "A day.", models.URLField: "A web address."}

#: Names that mean the same in every table.
EVERYWHERE = {
    "id": "Made by the application, so that newer rows come later (UUID version 7).",
    "organization": "The firm whose row it is.",
    "organization_id": "The firm whose row it is.",
    "created_at": "When the row was added.",
    "updated_at": "When the row was last changed.",
    "deleted_at": "When a person deleted it; empty while it lives.",
    "created_by": "The member who made it; empty where no member did (a contact, a job).",
    "tsv": "The words that searching looks for, made by the database from other columns.",
    "name": "What people call it.",
    "title": "Its heading, one line.",
    "description": "More about it, as a person typed it; may be empty.",
    "position": "Its place among its siblings, the lowest first.",
    "currency": "Three capital letters (ISO 4217).",
    "sha256": "Checksum of its contents, in hexadecimal.",
    "storage_key": "Where its file lies in the store; empty where there is none.",
    "content_type": "What kind of file it is, such as `application/pdf`.",
    "token_hash": "Hash of the secret; the secret itself is not kept.",
    "expires_at": "When it ends by itself.",
    "password": "Hash of the password; the sign-in role alone may read it.",
    "ip_address": "The address it came from; empty where unknown.",
    "user_agent": "What the browser called itself.",
}


def column_words(model: Model, field: Any) -> str:
    """Help text, comment, or what the name or the kind says; then the literals that may be stored."""
    chosen = ", ".join(f"`{value}`" for value, _ in field.flatchoices if value)
    one_of = f"One of {chosen}." if chosen else ""
    said = str(field.help_text).strip() or comments(model).get(field.name) or EVERYWHERE.get(field.name, "")
    return " ".join(filter(None, [said, one_of])) or derived(field)


def derived(field: Any) -> str:
    """“When it was sent”, “the member by whom it was sent”, “the thread it belongs to”, “yes or no”; or nothing."""
    until = "; empty until then" if field.null else ""
    verb, _, ending = field.name.rpartition("_")
    if isinstance(field, models.DateTimeField):
        return f"When it was {verb.replace('_', ' ')}{until}." if ending == "at" else ""
    if isinstance(field, models.ForeignKey):
        target = "member" if is_of_member(field) else str(field.related_model._meta.verbose_name)
        return f"The {target} by whom it was {verb}{until}." if ending == "by" else belonging(field, target)
    return next((words for kind, words in KINDS.items() if isinstance(field, kind)), "")


def belonging(field: Any, target: str) -> str:
    """Only of a key named as what it points to: any other name means more than the table it points to."""
    noun = field.name.replace("_", " ")
    if not f" {target}".endswith(f" {noun}"):
        return ""
    return f"The {noun}, where there is one." if field.null else f"The {noun} it belongs to."


def is_of_member(field: Any) -> bool:
    return bool(field.related_model._meta.model_name == "membership")


@cache
def comments(model: Model) -> dict[str, str]:
    """Name → its `#:` comment, in the class that declares it or in one it inherits from."""
    found: dict[str, str] = {}
    for declaring in reversed(model.__mro__):
        if issubclass(declaring, models.Model) and declaring is not models.Model:
            found |= declared(declaring)
    return found


@cache
def declared(cls: type) -> dict[str, str]:
    source = textwrap.dedent(inspect.getsource(cls))
    lines, (body,) = (
        source.splitlines(),
        [node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef)],
    )
    return {
        statement.targets[0].id: said
        for statement in body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        if (said := comment(lines, statement))
    }


def comment(lines: list[str], statement: ast.Assign) -> str:
    """Behind the statement, or the lines directly above it."""
    last_line = lines[(statement.end_lineno or statement.lineno) - 1].encode()  # the offset counts bytes
    _, mark, behind = last_line[statement.end_col_offset or 0 :].decode().partition("#:")
    if mark:
        return behind.strip()
    first = last = statement.lineno - 1
    while lines[first - 1].lstrip().startswith("#:"):
        first -= 1
    return " ".join(line.strip().removeprefix("#:").strip() for line in lines[first:last])
