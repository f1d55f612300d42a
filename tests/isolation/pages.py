"""Every page of a surface, found by walking its URL patterns, and the other firm's objects to fill their arguments."""

import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast, Firm

VERBS = ("get", "post", "head", "options", "put", "patch", "delete")
REQUESTS = ("draft", "pending", "submitted", "returned", "accepted", "waived")

#: URL argument → the attributes of the cast's firm that are such objects.
OBJECTS = {
    "client_id": ("bakery",),
    "contact_id": ("ana",),
    "list_id": ("request_list",),
    "request_list_id": ("request_list",),
    "request_id": REQUESTS,
    "document_id": ("document",),
    "version_id": ("version",),
    "member_id": ("viewer",),
    "role_id": ("custom_role",),
    "wall_id": ("wall",),
    "project_wall_id": ("project_wall",),
    "invitation_id": ("invitation",),
    "domain_id": ("domain",),
    "invoice_id": ("invoice",),
    "access_token_id": ("access_token",),
    "line_id": ("audit_line",),
    "firm_export_id": ("firm_export",),
    "firm_deletion_id": ("firm_deletion",),
    "support_grant_id": ("support_grant",),
    "project_id": ("project",),
    "deleted_project_id": ("deleted_project",),
    "task_id": ("task",),
    "deleted_task_id": ("deleted_task",),
    "deleted_mark_id": ("deleted_mark",),
    "deleted_paper_id": ("deleted_paper",),
    "dependency_id": ("dependency",),
    "step_id": ("step",),
    "time_entry_id": ("time_entry",),
    "project_template_id": ("project_template",),
    "template_task_id": ("template_task",),
    "scoping_id": ("scoping",),
    "deleted_scoping_id": ("deleted_scoping",),
    "rate_card_id": ("rate_card",),
    "share_id": ("share",),
    "draft_id": ("scoping_draft",),
    "binder_id": ("binder",),
    "workpaper_id": ("workpaper",),
    "note_id": ("note",),
    "tickmark_id": ("tickmark",),
    "entry_id": ("journal_entry",),
    "cross_reference_id": ("cross_reference",),
    "sign_off_id": ("sign_off",),
    "copy_id": ("copy",),
    "session_id": ("portal_session",),
    "portal_link_id": ("magic_link",),
    "assignment_id": ("assignment",),
    "link_id": ("request_document",),
    "subject_id": REQUESTS,
    "comment_id": ("comment", "firm_note", "owners_note"),
    "notification_id": ("notification",),
    "mute_id": ("mute",),
    "pace_id": ("pace",),
    "other_id": ("same_document",),
    "deleted_id": ("deleted_document",),
    "upload_id": ("partial_upload", "contact_upload"),
    "package_id": ("package",),
    "reminder_id": ("reminder",),
    "snooze_id": ("snooze",),
    "colleague_id": ("colleague",),
    "trashed_id": ("trashed",),
    "tag_id": ("tag",),
    "import_id": ("client_import",),
    "relation_id": ("relation",),
    "merge_id": ("merge",),
    "view_id": ("saved_view",),
    "template_id": ("template",),
    "item_id": ("template_item",),
}

#: Arguments that name no row: any word the page accepts.
WORDS = {
    "token": "no-such-token",
    "file": "no-such-picture",
    "shipped": "payroll",
    "list_name": "clients",
    "kind": "request",
    "number": 1,
    "part": "structuring",
    "row": "v1",
    "code": "starter",
}


@dataclass(frozen=True)
class Page:
    """One URL pattern. `arguments` are its captured names, in order."""

    name: str
    arguments: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def objects(self) -> tuple[str, ...]:
        for name in self.arguments:
            if name not in OBJECTS and name not in WORDS:
                raise AssertionError(
                    f"The page {self.name} has an argument {name} nobody knows: name the cast's rows for it in OBJECTS, "
                    "or a word in WORDS, in tests/isolation/pages.py."
                )
        return tuple(name for name in self.arguments if name in OBJECTS)

    def filled(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: WORDS[name] for name in self.arguments if name in WORDS} | values


@dataclass(frozen=True)
class Mix:
    """Whose object stands in each argument of a page: at least one is the other firm's."""

    page: Page
    attributes: tuple[str, ...]
    theirs: tuple[bool, ...]

    def __str__(self) -> str:
        words = (f"{'their' if t else 'our'}_{name}" for name, t in zip(self.attributes, self.theirs, strict=True))
        return f"{self.page.name}-{'-'.join(words)}"

    def kwargs(self, cast: Cast) -> dict[str, Any]:
        firms = (cast.theirs if theirs else cast.ours for theirs in self.theirs)
        return self.page.filled({
            argument: getattr(firm, attribute).pk
            for argument, attribute, firm in zip(self.page.objects, self.attributes, firms, strict=True)
        })  # fmt: skip


def walked(urlconf: str) -> list[Page]:
    return list(_walk(get_resolver(urlconf).url_patterns, ()))


def pages(urlconf: str) -> list[Page]:
    found = walked(urlconf)
    twice = [name for name, times in Counter(page.name for page in found).items() if times > 1]
    assert not twice, f"{urlconf}: several pages have one name, and the cases would ask one of them alone: {twice}"
    return found


def mixes(pages: list[Page]) -> list[Mix]:
    """Every way to name at least one object of the other firm in a page's address."""
    return [
        Mix(page, attributes, theirs)
        for page in pages
        if page.objects
        for attributes in itertools.product(*(OBJECTS[name] for name in page.objects))
        for theirs in itertools.product((True, False), repeat=len(page.objects))
        if any(theirs)
    ]


def asked(pages: list[Page]) -> list[tuple[Mix, str]]:
    """Each mix with each verb; the verbs no page takes, with one state of a request for all."""
    first = {name: attributes[0] for name, attributes in OBJECTS.items()}
    return [
        (mix, verb)
        for mix in mixes(pages)
        for verb in VERBS
        if verb in ("get", "post") or mix.attributes == tuple(first[name] for name in mix.page.objects)
    ]


def our_objects(page: Page, firm: Firm) -> Iterator[dict[str, Any]]:
    for attributes in itertools.product(*(OBJECTS[name] for name in page.objects)):
        yield page.filled({name: getattr(firm, a).pk for name, a in zip(page.objects, attributes, strict=True)})


def nobodys_objects(page: Page) -> dict[str, Any]:
    return page.filled({name: uuid.uuid4() for name in page.objects})


def _walk(patterns: list[Any], inherited: tuple[str, ...]) -> Iterator[Page]:
    for entry in patterns:
        arguments = (*inherited, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, arguments)
        elif isinstance(entry, URLPattern):
            yield Page(entry.name or str(entry.pattern), arguments, entry.callback)


def root_pages() -> list[Page]:
    """Pages of people, outside firms and portals, whose address names something. Of one name the first is served."""
    everything = get_resolver(settings.ROOT_URLCONF).url_patterns
    patterns = [entry for entry in everything if getattr(entry, "app_name", "") != "admin"]
    found: dict[str, Page] = {}
    for page in _walk(patterns, ()):
        if page.arguments and not page.view.__module__.startswith("marketing."):
            found.setdefault(page.name, page)
    return list(found.values())


ORGANIZATION_PAGES = pages(settings.ORGANIZATION_URLCONF)
PORTAL_PAGES = pages(settings.PORTAL_URLCONF)
API_PAGES = pages(settings.API_URLCONF)
ROOT_PAGES = root_pages()
