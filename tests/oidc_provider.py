"""A small OpenID Connect provider on loopback: real HTTP, a real key, authorization code with PKCE.

`claims` and `token_claims` say what it tells of the person; `forge` lets a test change the ID token as it is made.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "tickmark", "a secret of the provider"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

Forge = Callable[[dict[str, Any]], str]


def signed(claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256", kid: str = "one") -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


class OidcProvider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {}
        self.token_claims: dict[str, Any] = {}
        self.forge: Forge = signed
        self.announced: dict[str, Any] = {}
        self.broken: set[str] = set()
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()

    @contextmanager
    def running(self) -> Iterator["OidcProvider"]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.announced

    def keys(self) -> dict[str, Any]:
        return {
            "keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "one", "use": "sig"}]
        }

    def authorize(self, address: str) -> str:
        """What a person's browser is told after they have signed in there: the address to go back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT_ID and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and asked["nonce"]
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def exchange(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if (
            asked is None
            or not known
            or (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"])
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        access = secrets.token_urlsafe(12)
        self.tokens.add(access)
        token = self.forge({**claims, "sub": self.claims["sub"], **self.token_claims})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}


class Answers(BaseHTTPRequestHandler):
    server: OidcProvider

    def do_GET(self) -> None:
        pages = {"/.well-known/openid-configuration": self.server.discovery, "/keys": self.server.keys}
        if self.path in self.server.broken:
            self.answer(b"<html>no", 200)
        elif self.path.startswith("/authorize?"):  # whoever comes is signed in here already
            self.send_response(302)
            self.send_header("Location", self.server.authorize(self.path))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path in pages:
            self.answer(json.dumps(pages[self.path]()).encode())
        elif self.path == "/userinfo":
            known = self.headers.get("Authorization", "").removeprefix("Bearer ") in self.server.tokens
            self.answer(json.dumps(self.server.claims if known else {}).encode(), 200 if known else 401)
        else:
            self.answer(b"{}", 404)

    def do_POST(self) -> None:
        form = {
            name: values[0]
            for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        found = self.server.exchange(form) if self.path == "/token" else None
        self.answer(json.dumps(found or {"error": "invalid_grant"}).encode(), 200 if found else 400)

    def answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
