"""JSON columns, letter for letter: the trail's seals are over what the database wrote, and 100.00 is not 100.0."""

import json
from decimal import Decimal
from typing import Any

from django.db.models import JSONField, TextField, Value
from django.db.models.functions import Cast


def exact(said: Any, *, is_null: bool) -> Any:
    """What to give a JSON column for a value read with its decimals as they were."""
    if said is None and is_null:
        return None
    return Cast(Value(written(said), output_field=TextField()), JSONField())


def written(said: Any) -> str:
    if isinstance(said, Decimal):
        return str(said)
    if isinstance(said, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in said.items()) + "}"
    if isinstance(said, list):
        return "[" + ", ".join(map(written, said)) + "]"
    return json.dumps(said)
