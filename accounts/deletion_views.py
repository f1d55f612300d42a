"""The page on which an account is deleted, and the one that says it is gone."""

import logging
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import deletion, jobs
from accounts.adapter import LONGEST_PASSWORD
from accounts.models import User
from accounts.own_mails import send_to
from accounts.policies import signed_in_lately
from tenancy.context import alias_for, current

logger = logging.getLogger(__name__)
DAYS = deletion.GRACE.days


class DeletionForm(forms.Form):
    password = forms.CharField(
        label="Your password", max_length=LONGEST_PASSWORD, strip=False, help_text="So that nobody else does this.",
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, request: HttpRequest) -> None:
        super().__init__(data)
        self.request = request
        if not deletion.has_password(request.user):
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "password" not in self.fields and not signed_in_lately(self.request):
            raise ValidationError("Sign out, sign in again, and delete the account within 10 minutes of that.")
        return data

    def clean_password(self) -> str:
        user: Any = self.request.user
        if not ratelimit.consume(self.request, action="reauthenticate", user=user):
            raise ValidationError("There were too many wrong tries. Wait a minute.")
        if not deletion.is_own_password(user, self.cleaned_data["password"]):
            raise ValidationError("That is not your password.")
        return self.cleaned_data["password"]


def account_deletion(request: Any) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    in_the_way = deletion.obstacles(user)
    form = DeletionForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and not in_the_way and form.is_valid():
        deletion.leave(user)
        jobs.close_account.enqueue(user)
        jobs.forget_account.enqueue_in(int(deletion.GRACE.total_seconds()), user)
        logout(request)
        transaction.on_commit(lambda: _close(user), using=alias_for(current().surface))
        return redirect("account_deleted")
    refused = request.method == "POST" and in_the_way
    context = {"form": form, "obstacles": in_the_way, "days": DAYS}
    return render(request, "account/deletion.html", context, status=409 if refused else 422 if form.errors else 200)


@require_safe
@login_not_required
def account_deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "account/deleted.html", {"days": DAYS})


def _close(user: User) -> None:
    """Now, so that the next click of any session meets a closed account; what fails here, the job does."""
    try:
        deletion.close(user.pk)
    except DatabaseError:
        logger.exception("An account is closed by its job, not at once.")
    _tell(user)


def _tell(user: User) -> None:
    """The account is gone by now, whether or not the mail server answers."""
    facts = {"timestamp": timezone.now(), "ip": current().facts.get("ip", ""), "days": DAYS}
    try:
        send_to(user, "account_deleted", subject="Your account was deleted", **facts)
    except OSError:
        logger.exception("The mail about a deleted account was not sent.")
