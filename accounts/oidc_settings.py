"""Sign-in providers from the environment: `OIDC_PROVIDERS` as JSON, or `OIDC_<NAME>_ISSUER` and its siblings."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"^OIDC_([A-Z0-9_]+)_ISSUER$")
WORDS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "TRUSTED_DOMAINS")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ProviderMisconfigured(ValueError):
    """Says which provider of the environment lacks what."""


def trusts(settings: Mapping[str, Any], address: str) -> bool:
    """Whether the operator takes this provider's word for addresses of that domain."""
    domains = settings["trusted_domains"]
    return "*" in domains or address.rpartition("@")[2].lower() in domains


def providers(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """The apps of allauth's OpenID Connect provider, in the order in which their buttons appear."""
    entries = json.loads(environ.get("OIDC_PROVIDERS") or "[]")
    entries += [_from_variables(match[1], environ) for key in sorted(environ) if (match := NAME.match(key))]
    found = [provider(entry) for entry in entries]
    names = [app["provider_id"] for app in found]
    if len(set(names)) != len(names):
        raise ProviderMisconfigured(f"Two sign-in providers have the same name: {', '.join(sorted(names))}.")
    return found


def _from_variables(name: str, environ: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {word.lower(): environ.get(f"OIDC_{name}_{word}", "") for word in WORDS}
    return entry | {"name": name.lower().replace("_", "-"), "trusted_domains": _words(entry["trusted_domains"])}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def provider(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One app. Its issuer is reached by TLS, or anybody on the way could be anybody here; loopback is for tests."""
    name = str(entry.get("name", ""))
    missing = [word for word in ("name", "issuer", "client_id", "client_secret") if not entry.get(word)]
    if missing:
        raise ProviderMisconfigured(f"The sign-in provider {name or '?'} lacks: {', '.join(missing)}.")
    address = urlsplit(entry["issuer"])
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise ProviderMisconfigured(f"The issuer of the sign-in provider {name} must start with https://.")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise ProviderMisconfigured(f"The sign-in provider {name}: use small letters, digits and hyphens in names.")
    return {
        "provider_id": name,
        "name": str(entry.get("label") or name.replace("-", " ").title())[:40],
        "client_id": entry["client_id"],
        "secret": entry["client_secret"],
        "settings": {
            "server_url": entry["issuer"].rstrip("/"),
            "trusted_domains": [domain.lower() for domain in entry.get("trusted_domains", [])],
            "is_auth0": name == "auth0" or str(address.hostname).endswith(".auth0.com"),
        },
    }
