from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations import inbox
from conversations.forms import NotificationSettingsForm, PaceForm
from conversations.models import NotificationMute, NotificationPace
from conversations.models.notification import Frequency
from look.dates import local_time
from organizations.access import any_member
from organizations.middleware import OrganizationRequest

PAGE = 30


@require_safe
@any_member
def notification_list(request: OrganizationRequest) -> HttpResponse:
    """What the member was told, newest first. `?part` is what the drawer shows."""
    chosen = request.GET.get("show", "")
    rows = inbox.of_member(request.member).filter(in_app=True).select_related("comment", "actor").order_by("-id")
    if chosen in inbox.FILTERS:
        rows = rows.filter(inbox.FILTERS[chosen])
    if before := _uuid(request.GET.get("before", "")):
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    context = {
        "days": _by_day(inbox.lines(request.member, found[:PAGE])),
        "unread": inbox.unread_told(request.member),
        "chosen": chosen if chosen in inbox.FILTERS else "",
        "older": str(found[PAGE - 1].pk) if len(found) > PAGE else "",
    }
    name = "conversations/drawer.html" if "part" in request.GET else "conversations/notifications.html"
    return render(request, name, context)


@require_safe
@any_member
def notification_open(request: OrganizationRequest, notification_id: UUID) -> HttpResponse:
    """Lead to the thing, which marks what was told of it as read."""
    found = get_object_or_404(inbox.of_member(request.member).select_related("comment"), pk=notification_id)
    line = next(iter(inbox.lines(request.member, [found])))
    inbox.mark_read(request.member, subject_id=found.subject_id)
    return redirect(line.subject.url(line.row) + (f"#comment-{found.comment_id}" if found.comment_id else ""))


@require_POST
@any_member
def notification_reading(request: OrganizationRequest) -> HttpResponse:
    """Mark all as read."""
    inbox.mark_read(request.member)
    return redirect(f"{reverse('notification_list')}{'?part' if 'part' in request.POST else ''}")


@require_safe
@any_member
def notification_bell(request: OrganizationRequest) -> HttpResponse:
    """The bell with its count, for pages that stay open."""
    return render(request, "conversations/parts/bell.html", {"unread": inbox.unread_told(request.member)})


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def notification_settings(request: OrganizationRequest) -> HttpResponse:
    form = NotificationSettingsForm(request.POST or None, member=request.member)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved how you are told")
        return redirect("notification_settings")
    return _settings(request, form, PaceForm(member=request.member))


def _settings(request: OrganizationRequest, form: NotificationSettingsForm, pace: PaceForm) -> HttpResponse:
    context = {
        "form": form, "pace": pace,
        "mutes": NotificationMute.objects.filter(member=request.member).order_by("-id")[:100],
        "paces": NotificationPace.objects.filter(member=request.member).order_by("-id")[:100],
    }  # fmt: skip
    return render(request, "conversations/settings.html", context, status=422 if form.errors or pace.errors else 200)


@require_POST
@any_member
def pace_change(request: OrganizationRequest) -> HttpResponse:
    pace = PaceForm(request.POST, member=request.member)
    if not pace.is_valid():
        return _settings(request, NotificationSettingsForm(member=request.member), pace)
    scope = pace.save()
    messages.success(
        request, f"Mails about {scope.label}: {dict(Frequency.choices)[pace.cleaned_data['mail']].lower()}"
    )
    return redirect("notification_settings")


@require_POST
@any_member
def pace_removal(request: OrganizationRequest, pace_id: UUID) -> HttpResponse:
    get_object_or_404(NotificationPace, pk=pace_id, member=request.member).delete()
    return redirect("notification_settings")


@require_POST
@any_member
def mute_removal(request: OrganizationRequest, mute_id: UUID) -> HttpResponse:
    mute = get_object_or_404(NotificationMute, pk=mute_id, member=request.member)
    mute.delete()
    messages.success(request, f"You hear of {mute.label} again")
    return redirect("notification_settings")


def _by_day(lines: list[inbox.Line]) -> list[tuple[Any, list[inbox.Line]]]:
    days = groupby(lines, key=lambda line: local_time(line.notification.happened_at).date())
    return [(day, list(of_day)) for day, of_day in days]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
