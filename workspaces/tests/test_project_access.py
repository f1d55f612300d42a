"""Who in the firm sees one project: people named, walls, and everything that hangs on the project with it."""

import pytest

from clients import project_access
from clients.conversation_subjects import DocumentSubject, RequestSubject, may_follow_list
from clients.document_seers import who_see
from clients.evidence.contents import gather
from clients.models import (
    Document,
    EvidencePackage,
    InformationRequest,
    Project,
    ProjectGrant,
    ProjectWall,
    RequestDocument,
    RequestList,
)
from clients.project_access import explain
from conversations.subjects import SUBJECTS
from organizations import member_changes
from organizations.models import Membership
from organizations.permissions import Permission
from tests.cast import ROLES
from workspaces import live
from workspaces.cited import citing_papers
from workspaces.models import Binder, Task, TimeEntry, Workpaper
from workspaces.projects import series
from workspaces.tasks.subject import may_follow_project
from workspaces.timekeeping import timer

pytestmark = pytest.mark.django_db

#: Of the project's client, and of nothing else than the project.
PAGES = {
    "project_detail": {"project_id": "project"},
    "project_access": {"project_id": "project"},
    "project_time": {"project_id": "project"},
    "task_detail": {"task_id": "task"},
    "binder_detail": {"binder_id": "binder"},
    "workpaper_detail": {"workpaper_id": "workpaper"},
    "request_list_detail": {"list_id": "request_list"},
    "request_detail": {"request_id": "submitted"},
    "document_detail": {"document_id": "document"},
    "document_download": {"document_id": "document"},
    "evidence_package": {"package_id": "package"},
}
#: Pages of everything, or of the client, that tell of the project to who sees it; None stands for the client itself.
LISTS = ["project_list", "request_list_index", "client_projects", "client_requests", "client_documents"]


def answers(firm, browser):
    found = {}
    for page, arguments in PAGES.items():
        address = firm.url(page, **{name: getattr(firm, row).pk for name, row in arguments.items()})
        found[page] = browser.get(address).status_code
    return found


def shown(firm, browser):
    words = [firm.project.name, firm.request_list.title, firm.document.name, "The submitted request"]
    pages = [
        *(firm.url(page, **({"client_id": firm.bakery.pk} if page.startswith("client_") else {})) for page in LISTS),
        firm.url("client_detail", client_id=firm.bakery.pk),
        firm.url("client_timeline", client_id=firm.bakery.pk),
        firm.url("document_search") + "?q=Bank",
        firm.url("search") + "?q=submitted",
        firm.url("search") + "?q=bank",
        firm.url("search") + "?q=audit",
        firm.url("time_week"),
        firm.url("scoping_shares", scoping_id=firm.scoping.pk),
    ]
    text = "".join(browser.get(page).content.decode() for page in pages)
    return [word for word in words if word in text]


@pytest.mark.parametrize(("how", "role"), [("wall", "admin"), ("restricted", "viewer")])
def test_a_closed_project_is_nowhere_for_who_still_sees_its_client(cast, sign_in, how, role):
    firm = cast.ours
    browser = sign_in(firm.members[role])
    assert set(answers(firm, browser).values()) == {200} and len(shown(firm, browser)) == 4
    with firm.inside():
        if how == "wall":
            project_access.put_up_wall(firm.project, firm.members[role], reason="A relative.", by=firm.owner)
        else:
            project_access.restrict(firm.project, Project.Access.NAMED, naming=[firm.member], by=firm.owner)
    assert set(answers(firm, browser).values()) == {404} and shown(firm, browser) == []
    detail = browser.get(firm.url("client_detail", client_id=firm.bakery.pk))
    assert detail.status_code == 200 and not detail.context["progress"].total
    with firm.inside():
        member = Membership.objects.get(pk=firm.members[role].pk)
        for rows in (Project, Task, Binder, Workpaper, RequestList, InformationRequest, TimeEntry):
            assert not rows.objects.visible_to(member).exists(), rows
        assert gather(firm.bakery, None, seen_by=member).items == []
        assert not EvidencePackage.objects.visible_to(member).exists()
        assert not may_follow_list(member, firm.request_list.pk) and not may_follow_project(member, firm.project.pk)
        assert not live.may_follow(member, firm.binder.pk)
        for subject, row in ((RequestSubject(), firm.submitted), (DocumentSubject(), firm.document)):
            assert member not in subject.viewers(row) and firm.member in subject.viewers(row)
        for kind, row in (("task", firm.task), ("workpaper", firm.workpaper), ("project", firm.project)):
            assert member not in SUBJECTS[kind].viewers(row) and firm.member in SUBJECTS[kind].viewers(row)


def test_a_document_is_seen_with_any_open_request_it_answers(cast):
    firm = cast.ours
    with firm.inside():
        Workpaper.objects.filter(pk=firm.workpaper.pk).update(document=firm.same_document)
        assert citing_papers(firm.same_document, None, firm.viewer) == [f"{firm.workpaper.reference} of {firm.binder}"]
        project_access.restrict(firm.project, Project.Access.NAMED, naming=[], by=firm.owner)
        assert citing_papers(firm.same_document, None, firm.viewer) == ["a paper you do not see"]
        other = RequestList.objects.create(title="Payroll", client=firm.bakery, last_number=1)
        asked = InformationRequest.objects.create(request_list=other, number=1, title="The same statement")
        mine = Document.objects.visible_to(firm.viewer).filter(pk=firm.document.pk)
        assert not mine.exists() and firm.viewer not in who_see(firm.document)
        RequestDocument.objects.create(request=asked, document=firm.document)
        assert mine.exists() and firm.viewer in who_see(firm.document)


def test_access_is_given_and_taken_on_its_page_and_open_work_goes_back(cast, sign_in):
    firm, manager = cast.ours, sign_in(cast.ours.admin)
    page, board = (firm.url(name, project_id=firm.project.pk) for name in ("project_access", "project_detail"))
    with firm.inside():
        Task.objects.filter(pk=firm.task.pk).update(assigned_to=firm.viewer)
        InformationRequest.objects.filter(pk=firm.pending.pk).update(assigned_to=firm.viewer)
        timer.start(firm.viewer, firm.project, firm.task)
    restriction = firm.url("project_restriction", project_id=firm.project.pk)
    told = manager.post(restriction, {"access": "named"}, follow=True).content.decode()
    assert "Only people named on this project see it, and Viewer Harcourt is not." in told
    assert "Member Harcourt is named on this project." in told and "People named only" in told
    assert sign_in(firm.viewer).get(board).status_code == 404 and sign_in(firm.member).get(board).status_code == 200
    with firm.inside():
        assert Task.objects.get(pk=firm.task.pk).assigned_to_id is None
        assert InformationRequest.objects.get(pk=firm.pending.pk).assigned_to_id is None
        assert timer.running(firm.viewer) is None
    naming = firm.url("project_naming", project_id=firm.project.pk)
    assert manager.post(naming, {"member": firm.billing.pk}).status_code == 422  # behind walls
    manager.post(naming, {"member": firm.viewer.pk})
    assert sign_in(firm.viewer).get(board).status_code == 200
    manager.post(firm.url("project_naming_end", project_id=firm.project.pk, member_id=firm.viewer.pk))
    assert sign_in(firm.viewer).get(board).status_code == 404
    assert sign_in(firm.viewer).post(restriction, {"access": "open"}).status_code == 403
    assert sign_in(firm.member).post(restriction, {"access": "open"}).status_code == 302
    assert sign_in(firm.viewer).get(page).status_code == 200


def test_a_wall_needs_a_reason_and_somebody_who_can_take_it_down(cast, sign_in):
    firm, owner = cast.ours, sign_in(cast.ours.owner)
    url = firm.url("project_wall_creation", project_id=firm.project.pk)
    assert owner.post(url, {"member": firm.admin.pk, "reason": ""}).status_code == 422
    page = owner.post(url, {"member": firm.admin.pk, "reason": "Sits on its board."}, follow=True).content.decode()
    assert "Sits on its board." in page
    assert (
        "Sits on its board."
        not in sign_in(firm.member).get(firm.url("project_access", project_id=firm.project.pk)).content.decode()
    )
    refused = owner.post(url, {"member": firm.owner.pk, "reason": "A conflict."})
    assert refused.status_code == 422 and "must still see the project" in refused.content.decode()
    with firm.inside():
        built = ProjectWall.objects.get(member=firm.admin)
    removal = firm.url("project_wall_removal", project_wall_id=built.pk)
    assert (
        sign_in(firm.admin).post(removal).status_code == 404 and sign_in(firm.member).post(removal).status_code == 403
    )
    owner.post(removal)
    assert sign_in(firm.admin).get(firm.url("project_detail", project_id=firm.project.pk)).status_code == 200


def test_the_next_period_is_seen_by_the_same_people_and_who_leaves_loses_the_grant(cast):
    firm = cast.ours
    with firm.inside():
        project_access.restrict(firm.project, Project.Access.NAMED, naming=[firm.member], by=firm.owner)
        found = series.ProjectSeries.objects.get(project=firm.project)
        found.next_project = None
        found.save()
        made = series.make_next(found, firm.task.due_date, by=firm.owner)
        seeing = {member.pk for member in project_access.viewers(made, Permission.VIEW_PROJECTS)}
        assert seeing == {firm.owner.pk, firm.admin.pk, firm.member.pk}
        assert ProjectWall.objects.filter(project=made, member=firm.billing).exists()
        member_changes.remove(firm.member, by=firm.owner)
        assert not ProjectGrant.objects.filter(user=firm.member).exists()


@pytest.mark.parametrize("access", Project.Access.values)
def test_the_answer_is_what_the_queries_do(cast, access):
    firm = cast.ours
    with firm.inside():
        project_access.restrict(firm.project, access, naming=[firm.member], by=firm.owner)
        ProjectWall.objects.create(project=firm.project, member=firm.admin, reason="A relative.")
        for role in ROLES:
            member, project = Membership.objects.get(pk=firm.members[role].pk), Project.objects.get(pk=firm.project.pk)
            seen = member.can(Permission.VIEW_PROJECTS) and Project.objects.visible_to(member).exists()
            assert explain(member, project).sees == seen, role
            assert (member in project_access.viewers(project, Permission.VIEW_PROJECTS)) == seen, role


ASKED = [
    ("task", "T-1"),
    ("task", "Ask the bank"),
    ("binder", "Audit 2025"),
    ("workpaper", "B-1"),
    ("project", "Audit"),
]


def test_the_question_is_asked_of_tasks_binders_papers_and_projects(cast, sign_in):
    firm, owner = cast.ours, sign_in(cast.ours.owner)

    def said(browser, kind, words, role="viewer"):
        asked = {"member": firm.members[role].pk, "kind": kind, "words": words}
        return browser.get(firm.url("access_question"), asked).content.decode()

    for kind, words in ASKED:
        page = said(owner, kind, words)
        assert "Sees it" in page and "It is of Northwind Bakeries of harcourt." in page, kind
    with firm.inside():
        project_access.restrict(firm.project, Project.Access.NAMED, naming=[], by=firm.owner)
        project_access.put_up_wall(firm.project, firm.admin, reason="Sits on its board.", by=firm.owner)
    for kind, words in [*ASKED, ("request", "The submitted")]:
        assert "Only people named on this project see it, and Viewer Harcourt is not." in said(owner, kind, words), kind
        assert "A wall keeps Admin Harcourt from this project: Sits on its board." in said(owner, kind, words, "admin")
        assert "Nothing is called that" in said(sign_in(firm.admin), kind, words), kind
    assert "Sees it" in said(owner, "session", firm.scoping.title, "member"), "A session is seen as its client is."
    assert "Sees it" in said(owner, "session", firm.scoping.reference, "member")
    assert "projects that are closed to Viewer Harcourt" in said(owner, "document", "Bank statement")
