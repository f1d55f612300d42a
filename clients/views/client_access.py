"""Who in the firm sees a client and why: the page, what changes it, and the question asked for any pair."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clients import client_access
from clients.access_question import KINDS
from clients.access_rows import Row, people
from clients.client_access import AccessRefused, Facts, explain
from clients.client_events import record
from clients.forms.client_access import StaffForm, WallForm, WhyForm
from clients.models import Client, ClientContact, ClientEvent, ClientWall
from organizations.access import requires
from organizations.changing import kept
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.permissions import Permission

MATCHES = 20
Verb = ClientEvent.Verb


@require_safe
@requires(Permission.VIEW_CLIENTS)
def access(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    return _page(request, _visible(request, client_id))


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def restriction(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = _visible(request, client_id)
    wanted = Client.Access.ASSIGNED if request.POST.get("access") == "assigned" else Client.Access.FIRM
    client_access.restrict(client, wanted, by=request.member)
    record(client, Verb.ACCESS, wanted.label.lower(), by=request.member)
    messages.success(request, f"{client.name}: {wanted.label.lower()}")
    return _back(request, client)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def staff_addition(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = _visible(request, client_id)
    form = StaffForm(request.POST, client=client)
    if not kept(form, lambda: client_access.assign(client, form.cleaned_data["member"]), refused=AccessRefused):
        return _page(request, client, staff_form=form)
    record(client, Verb.TEAM, f"{form.cleaned_data['member']} added", by=request.member)
    messages.success(request, f"{form.cleaned_data['member']} added to the team")
    return _back(request, client)


@require_POST
@requires(Permission.MANAGE_CLIENTS)
def staff_removal(request: OrganizationRequest, client_id: UUID, member_id: UUID) -> HttpResponse:
    client = _visible(request, client_id)
    member = get_object_or_404(Membership, pk=member_id)
    client_access.unassign(client, member)
    record(client, Verb.TEAM, f"{member} taken off", by=request.member)
    messages.success(request, f"{member} taken off the team")
    return _back(request, client)


@require_POST
@requires(Permission.MANAGE_ACCESS)
def wall_creation(request: OrganizationRequest, client_id: UUID) -> HttpResponse:
    client = _visible(request, client_id)
    form = WallForm(request.POST, walls=ClientWall.objects.filter(client=client))
    if not kept(
        form, lambda: client_access.put_up_wall(client, **form.cleaned_data, by=request.member), refused=AccessRefused
    ):
        return _page(request, client, wall_form=form)
    member = form.cleaned_data["member"]
    record(client, Verb.WALL_UP, str(member), by=request.member)
    messages.success(request, f"{member} sees nothing of {client.name} any more")
    return _back(request, client)


@require_POST
@requires(Permission.MANAGE_ACCESS)
def wall_removal(request: OrganizationRequest, wall_id: UUID) -> HttpResponse:
    mine = Client.objects.visible_to(request.member)
    walls = ClientWall.objects.filter(client__in=mine).select_related("client", "member")
    wall = get_object_or_404(walls, pk=wall_id)
    client_access.take_down_wall(wall)
    record(wall.client, Verb.WALL_DOWN, str(wall.member), by=request.member)
    messages.success(request, f"The wall between {wall.member} and {wall.client.name} is down")
    return redirect("client_access", client_id=wall.client_id)


@require_safe
@requires(Permission.MANAGE_ACCESS)
def access_question(request: OrganizationRequest) -> HttpResponse:
    """Why can, or cannot, this member see that? Of what the asker may not see nothing is told."""
    form = WhyForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        person, kind = form.cleaned_data["member"], KINDS[form.cleaned_data["kind"] or "client"]
        found = list(kind.find(request.member, form.cleaned_data["words"].strip())[: MATCHES + 1])
        answers = [(thing, kind.page(thing), kind.explain(person, thing)) for thing in found[:MATCHES]]
        context |= {"person": person, "kind": kind, "answers": answers, "is_more": len(found) > MATCHES}
    return render(request, "clients/client_access/question.html", context, status=422 if form.errors else 200)


def _visible(request: OrganizationRequest, client_id: UUID) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.member), pk=client_id)


def _back(request: OrganizationRequest, client: Client) -> HttpResponse:
    """To the page, or to the clients for whoever has just taken the client from their own sight."""
    if Client.objects.visible_to(request.member).filter(pk=client.pk).exists():
        return redirect("client_access", client_id=client.pk)
    return redirect("client_list")


def _page(request: OrganizationRequest, client: Client, **forms: Any) -> HttpResponse:
    facts = Facts.of(client)

    def row(member: Membership) -> Row:
        lead = facts.assigned.get(member.pk)
        if lead is None:
            return Row(member, explain(member, client, facts))
        removal = reverse("client_staff_removal", kwargs={"client_id": client.pk, "member_id": member.pk})
        return Row(member, explain(member, client, facts), "lead" if lead else "assigned", removal)

    context = {
        "client": client,
        "contacts": ClientContact.objects.filter(client=client).order_by("-is_primary", "name"),
        **people(row, facts.walls, may_wall=request.member.can(Permission.MANAGE_ACCESS)),
        "staff_form": StaffForm(client=client),
        "wall_form": WallForm(walls=ClientWall.objects.filter(client=client)),
        **forms,
    }
    return render(request, "clients/client_access/detail.html", context, status=422 if forms else 200)
