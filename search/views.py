from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from search import actions, finding
from search.kinds import KINDS, Kind
from search.question import Question

#: Of each kind in the palette, which is not as tall as a page.
PALETTE_FEW = 3
SHORTEST = 2


@require_safe
@any_member
def search(request: OrganizationRequest) -> HttpResponse:
    """Every kind at a glance, or all of one kind. Each kind decides itself what the member may see of it."""
    question = Question.read(request.GET.get("q", ""), request.member)
    kind = KINDS.get(request.GET.get("kind", ""))
    context = _of_kind(request, question, kind) if kind else _overview(question)
    context |= {"question": question, "kind": kind, "tabs": _tabs(question, kind, context["groups"])}
    return render(request, "search/results.html", context)


@require_safe
@any_member
def palette(request: OrganizationRequest) -> HttpResponse:
    """What the dialog shows while somebody types; “>” asks for actions alone."""
    typed = request.GET.get("q", "").strip()
    question = Question.read(typed.removeprefix(">"), request.member)
    context = {"question": question, "actions": actions.fitting(question)}
    if not typed.startswith(">") and len(question.text) >= SHORTEST:
        context |= _overview(question, few=PALETTE_FEW)
    return render(request, "search/palette.html", context)


def _overview(question: Question, few: int = finding.FEW) -> dict[str, Any]:
    named, groups = finding.named(question), finding.overview(question, few=few)
    meant = [] if named else finding.meant(question, finding.kinds_for(question), groups, few=few)
    count = sum(group.count for group in groups)
    return {"named": named, "groups": groups, "meant": meant, "count": count, "shown_count": finding.in_words(count)}


def _of_kind(request: OrganizationRequest, question: Question, kind: Kind) -> dict[str, Any]:
    before = _uuid(request.GET.get("before", ""))
    group = finding.page(question, kind, before=before) if question.words else None
    older = f"?{urlencode({'q': question.text, 'kind': kind.name, 'before': group.older})}" if group else ""
    return {
        "group": group, "groups": finding.counts(question), "older": older if group and group.older else "",
        "meant": finding.meant(question, [kind], [group]) if group and not before else [],
    }  # fmt: skip


def _tabs(question: Question, kind: Kind | None, groups: list[finding.Group]) -> list[dict[str, Any]]:
    """All, each kind in which something was found, and the one that is open."""
    counted = {group.kind.name: group.shown_count for group in groups}
    shown = [one for one in KINDS.values() if one.name in counted or one is kind]
    tabs = [{"label": "All", "url": f"?{urlencode({'q': question.text})}", "is_current": kind is None}]
    return tabs + [
        {
            "label": one.label, "count": counted.get(one.name), "is_current": one is kind,
            "url": f"?{urlencode({'q': question.text, 'kind': one.name})}",
        }
        for one in shown
    ]  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
