"""Every page of a surface that answers a plain GET, and every form these pages show, in a firm filled by `bench/work.py`."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve

from bench.forms import Body, forms_of
from bench.pages import Page, Visitor, page_of

#: What a person reads. Everything else that answers is a download or a stream.
READ = ("text/html", "application/json")
NOBODY = UUID(int=0)
TAKES_NO_GET = "takes no GET"

#: Arguments for which any row of the firm will do.
ANY = {
    "tag_id": "clients.ClientTag",
    "template_id": "clients.RequestTemplate",
    "item_id": "clients.RequestTemplateItem",
    "import_id": "clients.ClientImport",
    "entry_id": "workspaces.JournalEntry",
    "scoping_id": "workspaces.ScopingSession",
    "project_template_id": "workspaces.ProjectTemplate",
    "template_task_id": "workspaces.ProjectTemplateTask",
    "tickmark_id": "workspaces.Tickmark",
    "rate_card_id": "workspaces.RateCard",
    "role_id": "organizations.CustomRole",
    "sign_off_id": "workspaces.SignOff",
    "note_id": "workspaces.ReviewNote",
    "dependency_id": "workspaces.TaskDependency",
}
#: And those that have to be the visitor's own.
OWN = {
    "view_id": "clients.SavedView",
    "time_entry_id": "workspaces.TimeEntry",
    "comment_id": "conversations.Comment",
    "notification_id": "conversations.Notification",
}


class Walk:
    """The pages of the visitor's surface, and what their forms send. `left_out` says of those not measured why not."""

    def __init__(self, visitor: Visitor, urlconf: str, objects: dict[str, Any]) -> None:
        self.visitor, self.urlconf, self.objects = visitor, urlconf, objects
        self.left_out: dict[str, list[str]] = defaultdict(list)
        self.forms: dict[str, tuple[str, Body]] = {}

    def pages(self) -> Iterator[Page]:
        from tests.isolation.pages import WORDS, pages

        logging.getLogger("django.request").setLevel(logging.CRITICAL)  # or each address that takes no GET is told of
        known = WORDS | self.objects
        for page in pages(self.urlconf):
            kwargs = {name: known.get(name, NOBODY) for name in page.arguments}
            address = self.visitor.url(page.name, **kwargs)
            response, heard = self.visitor.asked(lambda address=address: self.visitor.browser.get(address))
            if why := self.unmeasured(response, [name for name in page.arguments if name not in known]):
                self.left_out[why].append(page.name)
            else:
                self.note_forms(response, address)
                yield page_of(page.name, response, heard)

    def unmeasured(self, response: Any, missing: list[str]) -> str:
        if response.status_code == 405:
            return TAKES_NO_GET
        if missing:
            return f"no {missing[0]} is loaded"
        if response.status_code != 200:
            return f"answered {response.status_code}"
        if response.streaming or not response["Content-Type"].startswith(READ):
            return "is a download or a stream"
        return ""

    def note_forms(self, response: Any, at: str) -> None:
        """The first form seen for each address of the surface that wants no file."""
        if not response["Content-Type"].startswith("text/html"):
            return
        for action, body in forms_of(response.content, at):
            inside = urlsplit(action).path.removeprefix(self.visitor.mount)
            with suppress(Resolver404):
                name = resolve(f"/{inside}", urlconf=self.urlconf).url_name
                if body is not None:
                    self.forms.setdefault(str(name), (action, body))

    def presses(self) -> Iterator[Page]:
        """What the forms of the pages write, each sent as it is drawn. Call it after `pages()`."""
        for name, (action, body) in self.forms.items():
            sent, heard = self.visitor.asked(lambda action=action, body=body: self.visitor.browser.post(action, body))
            page = page_of(f"press {name}", sent, heard)
            if sent.status_code in (200, 204, 302) and page.writes:
                yield page
            else:
                self.left_out[f"pressed as drawn, wrote nothing and answered {sent.status_code}"].append(name)

    def report(self) -> Iterator[str]:
        buttons = self.left_out.pop(TAKES_NO_GET, [])
        unseen = [name for name in buttons if name not in self.forms]
        yield f"{self.visitor.mount}: {len(buttons)} addresses take no plain GET. Not measured:"
        yield f"- no page of these shows their form, or it wants a file: {', '.join(unseen)}"
        for why, names in sorted(self.left_out.items()):
            yield f"- {why}: {', '.join(names)}"


def objects_of(visitor: Visitor) -> dict[str, Any]:
    """Rows that belong together, about one client in the middle with a binder, for the arguments of the firm's addresses."""
    from django.apps import apps

    from clients.models import ClientContact, InformationRequest, RequestDocument
    from organizations.models import Membership
    from tenancy.context import tenant
    from workspaces.models import Binder, Task, TaskStep, Workpaper

    with tenant(visitor.size.id):
        binder = Binder.objects.select_related("project").order_by("id")[Binder.objects.count() // 2]
        project, client = binder.project_id, binder.project.client_id
        links = RequestDocument.objects.filter(request__request_list__client=client)
        link = links.exclude(request__status=InformationRequest.Status.DRAFT).select_related("request")[0]
        request = link.request
        task = Task.objects.get(project=project, number=1)
        rows = {name: apps.get_model(label).objects.first() for name, label in ANY.items()}
        rows |= {
            name: apps.get_model(label).objects.filter(member=visitor.member).first() for name, label in OWN.items()
        }
        rows |= {
            "request_id": request, "subject_id": request, "link_id": link, "binder_id": binder, "task_id": task,
            "contact_id": ClientContact.objects.get(client=client),
            "step_id": TaskStep.objects.filter(task=task).first(),
            "workpaper_id": Workpaper.objects.get(binder=binder, position=2),
            "member_id": Membership.objects.exclude(pk=visitor.member.pk).first(),
        }  # fmt: skip
        ids = {name: row.pk for name, row in rows.items() if row}
        return ids | {
            "client_id": client, "project_id": project, "list_id": request.request_list_id, "document_id": link.document_id
        }  # fmt: skip


def writes(visitor: Visitor) -> Iterator[Page]:
    """One of each kind, as a member does them, beside those of `Visitor.pages()`."""
    of = objects_of(visitor) | {"kind": "request"}
    today = date.today().isoformat()
    for name, view, arguments, sent in (
        ("move a task", "task_move", ["task_id"], {"to": "done", "version": 1, "last": "on"}),
        ("save a time entry", "time_entry_create", [], {"project": of["project_id"], "day": today, "minutes": "1:30"}),
        ("write a comment", "comment_create", ["kind", "subject_id"], {"body": "Which months?", "audience": "client"}),
        ("save a workpaper", "workpaper_edit", ["workpaper_id"], {"title": "Bank", "revision": 1}),
        ("mark notifications read", "notification_reading", [], {}),
    ):
        address = visitor.url(view, **{argument: of[argument] for argument in arguments})
        page = visitor.recorded(name, lambda address=address, sent=sent: visitor.browser.post(address, sent))
        if not page.writes:
            raise AssertionError(f"{name} wrote nothing.")
        yield page
