"""Getting, renewing and giving back tokens. These run as the sign-in role."""

import json
import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policies
from accounts.adapter import LONGEST_EMAIL, LONGEST_PASSWORD
from accounts.call_limits import seconds_until_free
from accounts.models import User
from accounts.second_factor_forms import AuthenticateForm
from accounts.sign_in_lock import seconds_left
from accounts.tokens import TokenRefused, issue, revoke, rotate
from accounts.tokens_middleware import refusal

WRONG = "That email, password or code is not right."


class Credentials(forms.Form):
    email = forms.EmailField(max_length=LONGEST_EMAIL)
    password = forms.CharField(max_length=LONGEST_PASSWORD, strip=False)
    code = forms.CharField(max_length=64, required=False)


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "DELETE"])
def tokens(request: Any) -> HttpResponse:
    if request.method == "DELETE":
        return _give_back(request)
    if not ratelimit.consume(request, action="api_tokens"):
        return too_many(request)
    form = Credentials(_body(request))
    if not form.is_valid():
        return refusal(400)
    try:
        user, methods = _proved(request, **form.cleaned_data)
    except ValidationError as error:
        if error.code != "too_many_login_attempts":
            return _wrong()
        return too_many(request, seconds_left(request, form.cleaned_data["email"]))
    return JsonResponse(issue(user, methods).as_json(), status=201)


@csrf_exempt
@login_not_required
@require_POST
def token_refresh(request: HttpRequest) -> HttpResponse:
    if not ratelimit.consume(request, action="api_refresh"):
        return too_many(request)
    try:
        return JsonResponse(rotate(str(_body(request).get("refresh_token", ""))).as_json())
    except TokenRefused:
        return refusal(401)


def _give_back(request: Any) -> HttpResponse:
    row = request.session.row
    if row is None:
        return refusal(401)
    revoke(row.pk, row.user_id)
    return HttpResponse(status=204)


def _proved(request: HttpRequest, email: str, password: str, code: str) -> tuple[User, list[dict[str, Any]]]:
    """The same limits and locks as on the sign-in page; every reason to refuse looks the same."""
    user = get_adapter(request).authenticate(request, email=email, password=password)
    confirmed = user is not None and EmailAddress.objects.filter(user=user, verified=True).exists()
    if not isinstance(user, User) or not user.is_active or not confirmed:
        raise ValidationError(WRONG)
    methods: list[dict[str, Any]] = [{"method": "password", "at": time.time(), "email": email}]
    if policies.is_enrolled(user):
        _check_code(request, user, code)
        methods.append({"method": "mfa", "at": time.time()})
    return user, methods


def _check_code(request: HttpRequest, user: User, code: str) -> None:
    """The form of the sign-in page, which takes each code once; its use is told and recorded as there."""
    form = AuthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        raise ValidationError(WRONG)
    form.authenticator.record_usage()
    authenticator_used.send(
        sender=Authenticator, request=request, user=user, authenticator=form.authenticator,
        reauthenticated=False, passwordless=False,
    )  # fmt: skip


def too_many(request: HttpRequest, seconds: int = 0) -> HttpResponse:
    seconds = seconds or seconds_until_free(request)
    return refusal(429, f"Too many tries. Try again in {seconds} seconds.", headers={"Retry-After": str(seconds)})


def _wrong() -> HttpResponse:
    return refusal(401, WRONG)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
        json.dumps(body, ensure_ascii=False).encode()  # half a letter, which JSON can name, is no text
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
