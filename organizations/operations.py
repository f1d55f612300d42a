"""Operations for programs: who may ask each, and how they refuse. The guard is asked before anything sent is read."""

from collections.abc import Callable
from inspect import getclosurevars
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.security import HttpBearer

from accounts.tokens_middleware import refusal
from organizations.narrowing import guard, refuse, require_feature
from organizations.permissions import Permission


class Problem(Exception):
    """An answer that is not what was asked for. `sentence` is for whoever writes the program."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.more = status, sentence, more


class Token(HttpBearer):
    """The guard of an operation, as `@requires` is of a page. Whose token it is has been found before (`TokenMiddleware`)."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: Any) -> Any:
        if not request.member.can(self.permission):
            refuse(request.member, self.permission)
        require_feature("api")
        guard(request.member, self.permission, request.resolver_match.kwargs)
        return request.member

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError


def permission_of(view: Callable[..., Any], verb: str) -> Permission | None:
    """What the operation of this verb asks of a member; None where the address does not take the verb."""
    for operation in _operations(view):
        if verb.upper() in operation.methods:
            (guard,) = operation.auth_callbacks
            return cast("Token", guard).permission
    return None


def verbs_of(view: Callable[..., Any]) -> list[str]:
    return [verb for operation in _operations(view) for verb in operation.methods]


def _operations(view: Callable[..., Any]) -> list[Operation]:
    """Those behind one address. The library's view is a function that closes over what holds them, and says no more."""
    found: list[Operation] = getclosurevars(view).nonlocals["self"].operations
    return found


def told(request: HttpRequest, problem: Any) -> HttpResponse:
    return refusal(problem.status, problem.sentence, **problem.more)


def malformed(request: HttpRequest, error: Any) -> HttpResponse:
    """What was sent has not the shape the operation takes. Says each place by the names the program used."""
    errors = [{"place": place_of(one["loc"]), "sentence": f"{one['msg']}."} for one in error.errors]
    return refusal(422, "Some of what was sent cannot be taken.", errors=errors)


def place_of(loc: tuple[Any, ...]) -> str:
    """`places.loe.discount` of ("body", "body", "places", "loe.discount")."""
    words = [str(part) for part in loc]
    return ".".join(words[2:] if words[:1] == ["body"] else words[1:]) or "body"


def forbidden(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(403, str(error))


def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(404)


def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(getattr(error, "status_code", 400), "" if str(error) == "Not Found" else f"{error}.")
