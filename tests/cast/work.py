"""Projects, tasks and hours; a scoping session that was sent; what is counted for the bill."""

from datetime import date, timedelta
from hashlib import sha256

from django.utils import timezone

from clients.models import Project
from tests.cast.firm import Firm
from workspaces.models import (
    ProjectMember,
    ProjectSeries,
    ProjectTemplate,
    ProjectTemplateTask,
    RateCard,
    RateCardLine,
    ScopingSession,
    SessionAcceptance,
    SessionDraft,
    SessionPicture,
    SessionShare,
    SessionSnapshot,
    SessionVersion,
    ShareView,
    Task,
    TaskDependency,
    TaskStep,
    TimeEntry,
)
from workspaces.scoping import freezing, shape
from workspaces.scoping.page import SessionPage


def add_tasks(firm: Firm) -> None:
    """`task` waits for `first_task`; both are the member's. One task and one project are in the trash."""
    member, now, slug = firm.members["member"], timezone.now(), firm.organization.slug
    first, task, deleted = (
        Task.objects.create(
            project=firm.project, number=number, position=number * 1024, title=title, assigned_to=member,
            created_by=firm.members["admin"], due_date=now.date() + timedelta(days=number),
            deleted_at=now if number == 3 else None,
        )
        for number, title in [(1, "Ask the bank"), (2, "Agree the balance"), (3, f"Thrown away by {slug}")]
    )  # fmt: skip
    template = ProjectTemplate.objects.create(name=f"Payroll month of {slug}", created_by=member)
    firm.rows |= {
        "first_task": first,
        "task": task,
        "deleted_task": deleted,
        "deleted_project": Project.objects.create(name=f"Called off by {slug}", client=firm.bakery, deleted_at=now),
        "dependency": TaskDependency.objects.create(task=task, blocker=first),
        "step": TaskStep.objects.create(task=first, position=1, text="Write to the branch"),
        "time_entry": TimeEntry.objects.create(
            member=firm.members["owner"], project=firm.project, task=task, day=now.date(), minutes=90
        ),
        "running_timer": TimeEntry.objects.create(
            member=firm.members["admin"], project=firm.project, day=now.date(), started_at=now
        ),
        "project_member": ProjectMember.objects.create(project=firm.project, member=member),
        "project_template": template,
        "template_task": ProjectTemplateTask.objects.create(template=template, position=1, title="Ask for hours"),
        "series": ProjectSeries.objects.create(project=firm.project, every="year", created_by=member),
    }


def add_scoping(firm: Firm) -> None:
    """One session of the bakery with a line to price, one in the trash, and the rates of both."""
    member, slug, now = firm.members["member"], firm.organization.slug, timezone.now()
    card = RateCard.objects.create(valid_from=date(2026, 1, 1), created_by=member)
    document = shape.blank()
    document["structuring"] |= {
        "problem": f"Stock differs, says {slug}.",
        "nodes": [{"id": "n1", "kind": "goal", "text": "One stock figure", "quote": "", "state": "", "depth": 0}],
    }
    document["visuals"]["pictures"] = [
        {"id": "v1", "title": f"Stock of {slug}", "text": "flowchart LR", "alt": "Stock"}
    ]
    document["loe"] |= {
        "phases": [{"id": "p1", "title": "Discover", "ends_with": "Process maps", "weeks": "1-3"}],
        "lines": [shape.new_row(shape.ROWS["loe"]["lines"], "l1") | {
            "phase": "p1", "title": "Interviews", "role": "Senior", "low": "8", "likely": "10", "high": "15",
        }],
    }  # fmt: skip
    made, deleted = (
        ScopingSession(
            id=number, title=title, client=firm.bakery, owner=member, created_by=member, tags=["erp"],
            deleted_at=now if number == 2 else None, saved_at=now, saved_by=member,
        )
        for number, title in [(1, f"New stock system of {slug}"), (2, f"Given up by {slug}")]
    )  # fmt: skip
    made.document = deleted.document = document
    made.save(force_insert=True)
    deleted.save(force_insert=True)
    firm.rows |= {
        "scoping_draft": SessionDraft.objects.create(
            session=made,
            state="ready",
            drafter="Rules of Tickmark",
            version=1,
            created_by=member,
            finished_at=now,
            pieces=[
                {"id": "d1", "place": "structuring.outcome", "label": "Outcome", "before": "", "text": f"One {slug}"}
            ],
        ),
        "waiting_draft": SessionDraft.objects.create(session=deleted, drafter="Rules of Tickmark", version=1),
        "picture": SessionPicture.objects.create(session=made, row="v1", svg=f"<svg><title>{slug}</title></svg>"),
        "rate_card": card,
        "rate_card_line": RateCardLine.objects.create(card=card, position=1, role="Senior", cost=6000, price=14500),
        "scoping": made,
        "deleted_scoping": deleted,
        "scoping_version": SessionVersion.objects.create(
            session=made, number=1, title=made.title, document=document, created_by=member, saved_at=now
        ),
    }
    add_share(firm)


def add_share(firm: Firm) -> None:
    """The session as it was sent, without prices to one and accepted by another."""
    firm.share_secret, session = f"share-of-{firm.organization.slug}", firm.scoping
    content = freezing.content_of(SessionPage(session, firm.organization))
    snapshot = SessionSnapshot.objects.create(
        session=session,
        number=1,
        version=1,
        document=session.document,
        content=content,
        sha256=freezing.digest(content),
    )
    later = timezone.now() + timedelta(days=30)
    share = SessionShare.objects.create(
        snapshot=snapshot, name="Ana Ruiz", contact=firm.ana, token_hash=sha256(firm.share_secret.encode()).digest(),
        shows=["sow", "loe"], expires_at=later, created_by=firm.members["member"],
    )  # fmt: skip
    firm.rows |= {
        "snapshot": snapshot,
        "share": share,
        "share_view": ShareView.objects.create(share=share, what="opened", ip="203.0.113.7"),
        "acceptance": SessionAcceptance.objects.create(
            snapshot=snapshot, share=share, name="Ana Ruiz", accepted_at=timezone.now(), sha256=snapshot.sha256,
            project=firm.project, request_list=firm.request_list,
        ),
    }  # fmt: skip
