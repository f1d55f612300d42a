"""What Stripe's library sends, `a[b][0]=c`, as values."""

import re
from typing import Any
from urllib.parse import parse_qsl


def decoded(body: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in parse_qsl(body, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", key)
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value if "metadata" in path else typed(value)
    return {name: listed(value) for name, value in found.items()}


def typed(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"-?\d{1,15}", value) else value


def listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: listed(part) for key, part in value.items()}
    return list(inner.values()) if inner and all(key.isdigit() for key in inner) else inner
