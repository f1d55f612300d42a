"""Who I am, to colleagues and to this site."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import avatars
from accounts.models import User, UserProfile
from accounts.profile import ProfileForm


def profile(request: Any) -> HttpResponse:
    people = User.objects.select_for_update() if request.method == "POST" else User.objects.all()
    user = people.get(pk=request.user.pk)  # the state is compared and saved under the row's lock
    of_user = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
    form = ProfileForm(request.POST or None, request.FILES or None, user=user, profile=of_user)
    if form.is_valid():
        form.save()
        messages.success(request, "Profile saved")
        return redirect("profile")
    if form.is_stale:
        typed = request.POST.copy()  # what was typed stays; sending it again is a decision
        typed["seen"] = form.state
        form.data = typed
    status = 409 if form.is_stale else 422 if form.errors else 200
    context = {"form": form, "person": user, "picture_url": picture_url(user)}
    return render(request, "account/profile.html", context, status=status)


@require_safe
def own_picture(request: HttpRequest, file: str) -> HttpResponseBase:
    """`file` only makes the address new with every picture."""
    user: Any = request.user
    return avatars.answer(user.pk, user.avatar)


def picture_url(user: User) -> str:
    name = avatars.name_of(user.pk, user.avatar)
    return reverse("own_picture", kwargs={"file": name}) if name else ""
