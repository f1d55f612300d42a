"""Programs that speak for a person of the cast: a token in a header, no cookie."""

from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from tests.cast import PASSWORD, Firm

TOKENS, REFRESH, ME = "/api/v1/tokens/", "/api/v1/tokens/refresh/", "/api/v1/me/"


class Program:
    """`Program(person)` has asked for tokens by password."""

    def __init__(self, person: Any = None, **more: Any) -> None:
        self.http = Browser(enforce_csrf_checks=True)
        self.tokens: dict[str, Any] = {}
        if person is not None:
            self.answer = self.post(TOKENS, {"email": person.email, "password": PASSWORD, **more})
            self.tokens = self.answer.json()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.get('access_token', '')}"} if self.tokens else {}

    def get(self, path: str, **params: str) -> HttpResponse:
        return self.http.get(path, params, headers=self.headers)

    def post(self, path: str, body: Any) -> HttpResponse:
        return self.http.post(path, body, content_type="application/json", headers=self.headers)

    def ask(self, verb: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> HttpResponse:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.http, verb)(path, **(sent if verb != "get" else {}), headers=self.headers | (headers or {}))

    def refresh(self, token: str = "") -> HttpResponse:
        return self.post(REFRESH, {"refresh_token": token or self.tokens["refresh_token"]})


def api_url(firm: Firm, name: str, **kwargs: Any) -> str:
    return f"/api/v1/o/{firm.organization.slug}" + reverse(name, urlconf="config.urls.api", kwargs=kwargs)
