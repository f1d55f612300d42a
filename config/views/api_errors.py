"""Errors inside a firm, for programs: a status and a sentence."""

from django.http import HttpRequest, HttpResponse

from accounts.tokens_middleware import refusal


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(404)


def failed(request: HttpRequest) -> HttpResponse:
    return refusal(500)
