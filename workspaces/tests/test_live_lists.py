"""Lists of the whole firm that are drawn anew by the live line: who may listen, and what is said when something changes."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.live.topics import allowed
from workspaces import signing
from workspaces.models import Task, Workpaper

pytestmark = pytest.mark.django_db

LISTS = {
    "project_list": ["projects"],
    "client_list": ["clients", "request-lists"],
    "request_list_index": ["request-lists"],
    "today": ["projects", "request-lists", "binders"],
    "my_work": ["projects", "request-lists", "binders"],
    "today_requests": ["request-lists"],
    "binder_list": ["binders"],
    "client_projects": ["projects"],
    "client_requests": ["request-lists"],
    "document_search": ["documents"],
    "client_documents": ["documents"],
    "scoping_list": ["scoping-sessions"],
    "client_scoping": ["scoping-sessions"],
}


def said(act):
    """The topics that are told while something is done, without the firm in front."""
    with CaptureQueriesContext(connection) as heard:
        answer = act()
        assert answer is None or answer.status_code in (200, 302), answer.content
    found = [name for query in heard for name in re.findall(r'"topic": "([^"]+)"', query["sql"].replace("\\", ""))]
    return {name.partition(":")[2] for name in found}


def test_each_list_listens_to_what_it_shows_and_only_of_its_own_firm(cast, sign_in):
    firm, browser = cast.ours, sign_in(cast.ours.member)
    for page, kinds in LISTS.items():
        text = browser.get(
            firm.url(
                page, **({"client_id": firm.bakery.pk} if page.startswith("client_") and page != "client_list" else {})
            )
        ).text
        topics = [f"{kind}:{firm.organization.pk}" for kind in kinds]
        parts = [part for part in re.findall(r'data-live="([^"]*)" data-live-calm', text) if part.split()[-1] in topics]
        assert parts and all(set(topics) <= set(part.split()) for part in parts), page
    every = sorted({kind for kinds in LISTS.values() for kind in kinds})
    with firm.inside():
        assert len(allowed(firm.member, [f"{kind}:{firm.organization.pk}" for kind in every])) == 6
        assert allowed(firm.member, [f"{kind}:{cast.theirs.organization.pk}" for kind in every]) == []
        assert allowed(firm.billing, [f"{kind}:{firm.organization.pk}" for kind in every]) == []


def test_whoever_changes_something_tells_the_lists_that_show_it(cast, sign_in):
    firm, browser = cast.ours, sign_in(cast.ours.owner)
    own, board = firm.organization.pk, f"project:{firm.project.pk}"
    with firm.inside():
        version = Task.objects.get(pk=firm.first_task.pk).version
    move = firm.url("task_move", task_id=firm.first_task.pk)
    assert said(lambda: browser.post(move, {"to": "in_progress", "version": version})) >= {f"projects:{own}", board}
    talk = firm.url("comment_create", kind="task", subject_id=firm.first_task.pk)
    assert board in said(lambda: browser.post(talk, {"body": "Which branch?", "audience": "internal"}))
    close = firm.url("request_list_closing", list_id=firm.request_list.pk)
    assert said(lambda: browser.post(close)) >= {f"request-lists:{own}", f"request-list:{firm.request_list.pk}"}
    name = firm.url("document_renaming", document_id=firm.document.pk)
    assert f"documents:{own}" in said(lambda: browser.post(name, {"name": "As signed.pdf"}))
    files = {"files": SimpleUploadedFile("margins.csv", b"a,b\n1,2\n"), "visibility": "firm"}
    assert f"documents:{own}" in said(
        lambda: browser.post(firm.url("document_upload", client_id=firm.bakery.pk), files)
    )
    scoped = {"scoping_id": firm.scoping.pk}
    for step in ("scoping_copy", "scoping_removal"):
        assert f"scoping-sessions:{own}" in said(lambda step=step: browser.post(firm.url(step, **scoped)))
    assert f"clients:{own}" in said(lambda: browser.post(firm.url("client_archiving", client_id=firm.bakery.pk)))


def test_a_signature_moves_the_board_of_the_papers_project(cast):
    firm = cast.ours
    with firm.inside():
        paper = Workpaper.objects.filter(binder__project=firm.project, locked=False).first()
        told = said(lambda: signing.sign(paper, "preparer", by=firm.member, seen=paper.content_hash) and None)
    assert told >= {f"project:{firm.project.pk}", f"projects:{firm.organization.pk}", f"binders:{firm.organization.pk}"}


def test_a_card_is_read_where_its_talk_is_read(cast, sign_in):
    """The board beside the drawer counts it no more, also where nobody was notified."""
    firm = cast.ours
    talk = firm.url("comment_create", kind="task", subject_id=firm.first_task.pk)
    sign_in(firm.owner).post(talk, {"body": "Which branch?", "audience": "internal"})
    page, reader = firm.url("task_detail", task_id=firm.first_task.pk), sign_in(firm.admin)
    assert f"member:{firm.admin.pk}" in said(lambda: reader.get(page))
    assert f"member:{firm.admin.pk}" not in said(lambda: reader.get(page))
