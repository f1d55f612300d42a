"""One change to the checked rows of a list. The checkboxes carry the version of the row that was on the screen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clients import request_bulk
from clients.forms.request_row import (
    AssignSelectionForm,
    ContactSelectionForm,
    DueDateSelectionForm,
    ReturnSelectionForm,
    SectionSelectionForm,
    SelectionForm,
)
from clients.models import RequestList
from clients.models.request_lifecycle import TransitionRefused
from clients.request_bulk import Outcome
from clients.views.request_list import detail_page, place_of, visible_list
from conversations.live.topics import publish
from organizations.access import requires
from organizations.middleware import OrganizationRequest
from organizations.permissions import Permission

NAMED = 20


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_publication(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def publish(request_list: RequestList, form: Any) -> Outcome:
        return request_bulk.publish(request_list, form.cleaned_data["selected"], by=request.member)

    return _carry_out(request, list_id, SelectionForm, publish, "published", unfit="No draft, or a table without rows")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_assignment(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def assign(request_list: RequestList, form: Any) -> Outcome:
        data = form.cleaned_data
        return request_bulk.assign(request_list, data["selected"], data["assigned_to"], by=request.member)

    return _carry_out(request, list_id, AssignSelectionForm, assign, "assigned")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_contact(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def ask(request_list: RequestList, form: Any) -> Outcome:
        return request_bulk.ask(request_list, form.cleaned_data["selected"], form.cleaned_data["contact"])

    return _carry_out(request, list_id, ContactSelectionForm, ask, "changed hands", unfit="Answered")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_due_date(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    return _carry_out(request, list_id, DueDateSelectionForm, _change, "given the due date")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_section(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def move(request_list: RequestList, form: Any) -> Outcome:
        section = form.cleaned_data["section"].strip()
        return request_bulk.move(request_list, form.cleaned_data["selected"], section=section)

    return _carry_out(request, list_id, SectionSelectionForm, move, "moved")


@require_POST
@requires(Permission.MANAGE_REQUESTS)
def request_bulk_removal(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def trash(request_list: RequestList, form: Any) -> Outcome:
        return request_bulk.trash(request_list, form.cleaned_data["selected"])

    return _carry_out(request, list_id, SelectionForm, trash, "moved to the trash of the list")


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_bulk_acceptance(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def accept(request_list: RequestList, form: Any) -> Outcome:
        return request_bulk.accept(request_list, form.cleaned_data["selected"], by=request.member)

    return _carry_out(request, list_id, SelectionForm, accept, "accepted", unfit="Not waiting for your review")


@require_POST
@requires(Permission.REVIEW_REQUESTS)
def request_bulk_return(request: OrganizationRequest, list_id: UUID) -> HttpResponse:
    def send_back(request_list: RequestList, form: Any) -> Outcome:
        selected, reason = form.cleaned_data["selected"], form.cleaned_data["reason"]
        return request_bulk.send_back(request_list, selected, by=request.member, reason=reason)

    return _carry_out(request, list_id, ReturnSelectionForm, send_back, "returned", unfit="Not answered")


def _change(request_list: RequestList, form: Any) -> Outcome:
    return request_bulk.change(request_list, form.cleaned_data["selected"], form.change)


def _carry_out(
    request: OrganizationRequest,
    list_id: UUID,
    form_class: type[SelectionForm],
    act: Callable[[RequestList, Any], Outcome],
    done: str,
    *,
    unfit: str = "",
) -> HttpResponse:
    """`unfit` says of those that were in another state why they were left alone."""
    request_list = visible_list(request, list_id)
    form = form_class(request.POST, request_list=request_list)
    try:
        if not form.is_valid():
            return detail_page(request, request_list, selection=form)
        outcome = act(request_list, form)
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return redirect(place_of(request, request_list))
    if outcome.changed:
        publish("request-list", request_list.pk)
    _report(request, outcome, done)
    if outcome.unfit:
        messages.warning(request, f"{unfit}, so left alone: {named(outcome.unfit)}")
    return redirect(place_of(request, request_list))


def _report(request: OrganizationRequest, outcome: Outcome, done: str) -> None:
    if outcome.changed:
        messages.success(request, f"{outcome.changed} request{'' if outcome.changed == 1 else 's'} {done}")
    if outcome.stale:
        messages.warning(request, stale_sentence(outcome))


def stale_sentence(outcome: Outcome) -> str:
    count = f"{len(outcome.stale)} of {outcome.asked}"
    return f"{count} changed meanwhile and were left alone: {named(outcome.stale)}"


def named(references: list[str]) -> str:
    more = len(references) - NAMED
    return ", ".join(references[:NAMED]) + (f" and {more} more" if more > 0 else "")
