"""A binder of 400 papers: its index, one paper of it, everything that keeps it open, and giving a paper another number."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.load import load
from bench.measure import turns
from bench.pages import Visitor
from bench.scratch import Scratch

PAPERS, ROWS = 400, 30


def binder(scratch: Scratch, *, small: bool, seconds: float, explain: bool) -> Iterator[str]:
    """Milliseconds and statements of the pages of one large binder."""
    with scratch.admin() as admin:
        size = load(admin, [20] * 3)[0]
    visitor, papers = Visitor(size), 40 if small else PAPERS
    made, paper = filled(visitor, papers)
    runs: dict[str, Callable[[], Any]] = {
        f"the index of {papers} papers": asking(visitor, "binder_detail", binder_id=made),
        "one paper": asking(visitor, "workpaper_detail", workpaper_id=paper),
        "one paper to write": asking(visitor, "workpaper_edit", workpaper_id=paper),
        "what keeps the file open": asking(visitor, "lock_down", binder_id=made),
    }
    times = turns(runs, seconds=seconds * 8, rounds=30)
    for name, ask in runs.items():
        yield f"{name}: {times[name]:.0f} ms, {statements(ask)} statements"


def asking(visitor: Visitor, view: str, **kwargs: Any) -> Callable[[], Any]:
    def ask() -> None:
        answer = visitor.browser.get(visitor.url(view, **kwargs))
        if answer.status_code != 200:
            raise AssertionError(f"{view} answered {answer.status_code}.")

    return ask


def statements(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def filled(visitor: Visitor, papers: int) -> tuple[Any, Any]:
    """Schedules of 30 lines with a footed total, each tied to the one before it, signed by their preparer."""
    from datetime import date

    from clients.models import Client, Project
    from organizations.models import Membership
    from tenancy.context import tenant
    from workspaces import saving, signing
    from workspaces.legends import Legend, ensure_legend
    from workspaces.models import Binder, CrossReference, Workpaper
    from workspaces.numbering import sort_key

    with tenant(visitor.size.id, user=visitor.member.user_id):
        Membership.objects.filter(pk=visitor.member.pk).update(role="owner")
        ensure_legend()
        project = Project.objects.create(name="A large audit", client=Client.objects.order_by("id")[0])
        made = Binder.objects.create(project=project, period_end=date(2025, 12, 31))
        body, before = {"grid": grid(Legend().kept("f"))}, None
        member = Membership.objects.get(pk=visitor.member.pk)
        for number in range(papers):
            letter, place = chr(65 + number % 20), number // 20 + 1
            paper = Workpaper(
                binder=made, section=letter, reference=f"{letter}-{place}", sort_key=sort_key(letter, (place,)),
                position=place, title=f"Paper {number}", body=body,
            )  # fmt: skip
            saving.create(paper, by=member)
            if before:
                CrossReference.objects.create(workpaper=paper, cell="total.c2", target=before, target_cell="total.c2")
            signing.sign(paper, "preparer", by=member, seen=paper.content_hash)
            before = paper
        return made.pk, before.pk if before else None


def grid(footed: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"id": f"r{n}", "kind": "", "cells": {"c1": {"text": f"Line {n}"}, "c2": {"amount": n * 1234}}}
        for n in range(ROWS)
    ]
    total = {"formula": f"=SUM({{r0.c2}}:{{r{ROWS - 1}.c2}})", "ticks": [footed]}
    rows.append({"id": "total", "kind": "total", "cells": {"c1": {"text": "Total"}, "c2": total}})
    columns = [{"id": "c1", "title": "Item", "type": "text"}, {"id": "c2", "title": "Balance", "type": "figure"}]
    return {"columns": columns, "rows": rows}
