"""Is this ID token from that provider, for us, for this attempt, and still good? OpenID Connect Core 1.0, 3.1.3.7."""

import json
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

#: Public keys only. The header of a token never chooses: `none` and keys used as shared secrets are not in here.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
CLOCKS_DIFFER = 30  # seconds
LONGEST_SUBJECT = 191  # as wide as the column of socialaccount_socialaccount


def verified_claims(token: str, *, keys_url: str, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims, or OAuth2Error. The signature counts always, though the token came to us directly."""
    try:
        claims = jwt.decode(
            token,
            key=_key(token, keys_url),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=CLOCKS_DIFFER,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise OAuth2Error("The ID token is not valid.") from error
    if claims.get("nonce") != nonce:
        raise OAuth2Error("The ID token was made for another attempt to sign in.")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise OAuth2Error("The ID token was made for another application.")
    _check_subject(claims["sub"])
    return claims


def _key(token: str, keys_url: str) -> Any:
    """The provider's key with the token's `kid`; the only one if neither names any."""
    header = jwt.get_unverified_header(token)
    with get_adapter().get_requests_session() as session:
        answer = session.get(keys_url)
        answer.raise_for_status()
        keys = [key for key in answer.json().get("keys", []) if key.get("use", "sig") == "sig"]
    fitting = [key for key in keys if key.get("kid") == header.get("kid")]
    if len(fitting) != 1:
        raise OAuth2Error("The provider has no such key.")
    return jwt.PyJWK.from_json(json.dumps(fitting[0]))


def _check_subject(subject: Any) -> None:
    if not (isinstance(subject, str) and subject.isascii() and subject.isprintable() and subject.strip()):
        raise OAuth2Error("The provider's id for the person is not printable.")
    if len(subject) > LONGEST_SUBJECT:
        raise OAuth2Error("The provider's id for the person is too long.")
