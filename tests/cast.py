"""The permanent cast: two firms alike in every kind of row, so that a test can always name the other firm's."""

import time
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import avatars
from accounts.models import User, UserSession
from billing import usage
from billing.models import UsageEventKey
from clients.client_merge import Moves
from clients.models import (
    Client,
    ClientAssignment,
    ClientContact,
    ClientEvent,
    ClientGrant,
    ClientImport,
    ClientImportRow,
    ClientMerge,
    ClientRelation,
    ClientTag,
    ClientTagging,
    ClientWall,
    Document,
    DocumentContent,
    DocumentIntake,
    DocumentScan,
    DocumentVersion,
    EvidencePackage,
    InformationRequest,
    ListPreference,
    PartialUpload,
    Project,
    RequestCarryover,
    RequestDocument,
    RequestEvent,
    RequestList,
    RequestSample,
    RequestTemplate,
    RequestTemplateItem,
    SavedView,
)
from conversations.models import (
    Comment,
    CommentAttachment,
    CommentVersion,
    Mention,
    Notification,
    NotificationDigest,
    NotificationMute,
    NotificationPace,
    NotificationPreference,
    Thread,
    ThreadReader,
)
from organizations.models import (
    AccessToken,
    CustomRole,
    Invitation,
    Membership,
    MembershipRole,
    Organization,
    OrganizationDomain,
    VerifiedDomain,
)
from organizations.mounts import organization_url, portal_url
from portal.models import (
    ColleagueInvitation,
    MagicLinkToken,
    PortalPreference,
    PortalSession,
    PortalSetting,
    ReminderItem,
    ReminderMail,
    ReminderSchedule,
    ReminderSnooze,
)
from tenancy.context import IDENTITY, surface, tenant
from workspaces.models import (
    AccountMapping,
    Binder,
    BinderCopy,
    CrossReference,
    JournalEntry,
    JournalEntryLine,
    ProjectMember,
    ProjectSeries,
    ProjectTemplate,
    ProjectTemplateTask,
    RateCard,
    RateCardLine,
    ReviewNote,
    ScopingSession,
    SessionAcceptance,
    SessionShare,
    SessionSnapshot,
    SessionVersion,
    ShareView,
    SignOff,
    Task,
    TaskDependency,
    TaskStep,
    Tickmark,
    TimeEntry,
    TrialBalance,
    TrialBalanceLine,
    Workpaper,
    WorkpaperReading,
    WorkpaperVersion,
)
from workspaces.scoping import freezing, shape
from workspaces.scoping.page import SessionPage

PASSWORD = "correct horse battery staple"
ROLES = ("owner", "admin", "member", "viewer", "billing")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Firm:
    """One firm's people and rows. `bakery` is its client, `ana` the contact who answers."""

    organization: Organization
    members: dict[str, Membership]
    rows: dict[str, Any] = field(default_factory=dict)
    portal_cookie: str = ""
    link_token: str = ""
    invitation_token: str = ""
    bearer: str = ""
    share_secret: str = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        for found in (self.__dict__.get("members", {}), self.__dict__.get("rows", {})):
            if name in found:
                return found[name]
        raise AttributeError(name)

    @property
    def living_clients(self) -> list[Client]:
        return [row for row in self.rows.values() if isinstance(row, Client) and not row.deleted_at]

    def url(self, name: str, **kwargs: Any) -> str:
        return organization_url(self.organization.slug, name, **kwargs)

    def portal(self, name: str, **kwargs: Any) -> str:
        return portal_url(self.ana.portal_key, name, **kwargs)

    def inside(self, member: Membership | None = None) -> Any:
        """`with cast.ours.inside():` sees the firm's rows, as the firm's code does."""
        return tenant(self.organization, user=(member or self.members["owner"]).user_id)


@dataclass
class Cast:
    ours: Firm
    theirs: Firm
    stranger: User
    operator: User
    sessions: dict[Any, str] = field(default_factory=dict)

    def browser(self, person: Membership | User) -> Browser:
        """In which this person has been signed in all along: for tests of pages, by the thousand. Others `sign_in()`."""
        browser = Browser()
        browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[getattr(person, "user_id", person.pk)]
        return browser


def build_cast() -> Cast:
    with transaction.atomic():
        cast = Cast(
            ours=build_firm("Harcourt & Pell LLP", "harcourt"),
            theirs=build_firm("Okafor Bookkeeping", "okafor"),
            stranger=make_user("stranger@nowhere.example", "Sam Stranger"),
            operator=make_user("operator@tickmark.example", "Olga Operator", is_operator=True),
        )
        cast.sessions = open_sessions([*cast.ours.members.values(), *cast.theirs.members.values(), cast.stranger])
        return cast


def open_sessions(people: list[Membership | User]) -> dict[Any, str]:
    """Seen tomorrow, so that no visit of today's writes when it was."""
    cookies = {getattr(person, "user_id", person.pk): signed_in(person).cookies for person in people}
    with surface(IDENTITY):
        UserSession.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    return {key: found[settings.SESSION_COOKIE_NAME].value for key, found in cookies.items()}


def make_user(email: str, name: str, **fields: Any) -> User:
    from allauth.account.models import EmailAddress

    with surface(IDENTITY):
        user = User.objects.create_user(email, PASSWORD, full_name=name, first_name=name.split()[0], **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def build_firm(name: str, slug: str) -> Firm:
    users = {role: make_user(f"{role}@{slug}.example", f"{role.title()} {slug.title()}") for role in ROLES}
    organization = Organization(id=uuid7(), name=name, slug=slug)
    with tenant(organization.pk, user=users["owner"].pk):
        organization.save(force_insert=True)
        members = {
            role: Membership.objects.create(
                user=user, display_name=user.full_name, email=user.email, role=role, joined_at=timezone.now()
            )
            for role, user in users.items()
        }
        add_picture(members["viewer"])
        firm = Firm(organization, members)
        add_role(firm)
        add_client(firm)
        add_client_rows(firm)
        add_requests(firm)
        add_documents(firm)
        add_portal(firm)
        add_conversation(firm)
        add_binder(firm)
        add_tasks(firm)
        add_scoping(firm)
        firm.invitation_token = f"invitation-token-of-{slug}"
        firm.rows["invitation"] = Invitation.objects.create(
            email=f"newcomer@{slug}.example",
            role="member",
            token_hash=sha256(firm.invitation_token.encode()).digest(),
            expires_at=timezone.now() + timedelta(days=14),
            invited_by=members["admin"],
        )
        add_domain(firm)
        add_usage(firm)
        add_access_token(firm)
    return firm


def add_access_token(firm: Firm) -> None:
    """Of the admin, for reading clients."""
    firm.bearer = f"tickmark_access-token-of-{firm.organization.slug}"
    admin = firm.members["admin"]
    firm.rows["access_token"] = AccessToken.objects.create(
        member=admin, name="Month-end script", token_hash=sha256(firm.bearer.encode()).digest(),
        permissions=["view_clients"], sign_in={HASH_SESSION_KEY: admin.user.get_session_auth_hash()},
        expires_at=timezone.now() + timedelta(days=90),
    )  # fmt: skip


def add_picture(member: Membership) -> None:
    """Of which only the firm's pages know: a page that shows it needs one that is there."""
    member.avatar = avatars.keep(member.user_id, b"RIFF\x04\x00\x00\x00WEBP")
    member.save(update_fields=["avatar"])


def add_domain(firm: Firm) -> None:
    """A proven domain nobody in the cast has an address on; whoever has one waits to be let in."""
    domain = f"staff-{firm.organization.slug}.example"
    firm.rows["domain"] = OrganizationDomain.objects.create(
        domain=domain, auto_join_role="member", verified_at=timezone.now(), created_by=firm.members["admin"]
    )
    VerifiedDomain.objects.create(domain=domain, organization_id=firm.organization.pk)


def add_usage(firm: Firm) -> None:
    """One metered act, under the same key in both firms."""
    event = usage.record("pdf_export", key="the first export", credits=2, member=firm.members["owner"])
    firm.rows |= {"usage_event": event, "usage_event_key": UsageEventKey.objects.get(pk=event.pk)}


def add_client(firm: Firm) -> None:
    slug, member = firm.organization.slug, firm.members["member"]
    bakery = Client.objects.create(
        name=f"Northwind Bakeries of {slug}", code="NWB", tax_id="GB123456789", created_by=member
    )
    firm.rows |= {
        "bakery": bakery,
        "ana": ClientContact.objects.create(
            client=bakery, name="Ana Ruiz", email=f"ana@bakery-{slug}.example", is_primary=True
        ),
        "assignment": ClientAssignment.objects.create(client=bakery, member=member, is_lead=True),
        "grant": ClientGrant.objects.assign_perm("view_client", member, bakery),
        "project": Project.objects.create(name=f"Audit 2025 {slug}", client=bakery, lead=member),
        "wall": ClientWall.objects.create(
            client=bakery, member=firm.members["billing"], reason="Married to the client's director."
        ),
    }


def add_client_rows(firm: Firm) -> None:
    """What belongs to clients beside requests. `trashed` is a deleted client, `merged` one that went into the bakery."""
    member, bakery, now = firm.members["member"], firm.bakery, timezone.now()
    trashed = Client.objects.create(name=f"Deleted by {firm.organization.slug}", deleted_at=now)
    merged = Client.objects.create(name=f"Northwind again of {firm.organization.slug}", deleted_at=now)
    tag = ClientTag.objects.create(name=f"Food {firm.organization.slug}", created_by=member)
    batch = ClientImport.objects.create(
        name="clients.csv", status="done", total=1, done=1, added=1, finished_at=now, created_by=member
    )
    view = SavedView.objects.create(
        member=firm.members["owner"], list="clients", name="Year end December", query="year_end=12", is_shared=True
    )
    firm.rows |= {
        "trashed": trashed,
        "merged": merged,
        "tag": tag,
        "tagging": ClientTagging.objects.create(client=bakery, tag=tag),
        "relation": ClientRelation.objects.create(client=bakery, related=trashed, kind="parent"),
        "client_event": ClientEvent.objects.create(client=bakery, verb="added", member=member),
        "client_import": batch,
        "import_row": ClientImportRow.objects.create(batch=batch, client=trashed, line=2, stamp=now),
        "merge": ClientMerge.objects.create(source=merged, target=bakery, created_by=member, moved=asdict(Moves())),
        "saved_view": view,
        "list_preference": ListPreference.objects.create(
            member=firm.members["viewer"], list="clients", columns=["code", "state"]
        ),
    }


def add_role(firm: Firm) -> None:
    """A role of the firm's own. It gives its holder nothing that their built-in role does not."""
    role = CustomRole.objects.create(name=f"Seniors of {firm.organization.slug}", permissions=["review_requests"])
    held = MembershipRole.objects.create(member=firm.members["member"], role=role)
    firm.rows |= {"custom_role": role, "held_role": held}


def add_requests(firm: Firm) -> None:
    """One request in every state; `pending` waits for the client, `submitted` for the firm."""
    member, now = firm.members["member"], timezone.now()
    request_list = RequestList.objects.create(
        title="Year-end audit requests", client=firm.bakery, project=firm.project, created_by=member, last_number=6
    )
    firm.rows["request_list"] = request_list
    for number, status in enumerate(["draft", "pending", "submitted", "returned", "accepted", "waived"], start=1):
        submitted = status in ("submitted", "returned", "accepted")
        reviewed = status in ("returned", "accepted", "waived")
        firm.rows[status] = InformationRequest.objects.create(
            request_list=request_list, number=number, position=number, category="Bank", title=f"The {status} request",
            status=status, assigned_to=member, due_date=now.date() + timedelta(days=number),
            answer="provided" if submitted else "", submitted_at=now if submitted else None,
            submitted_by=firm.ana if submitted else None, reviewed_at=now if reviewed else None,
            reviewed_by=member if reviewed else None, review_reason="Page 2 is missing." if reviewed else "",
            thread=Thread.objects.create(audience="client") if status == "pending" else None,
        )  # fmt: skip
    firm.rows["event"] = RequestEvent.objects.create(
        request=firm.submitted, from_status="pending", to_status="submitted", contact=firm.ana
    )
    document = Document.objects.create(client=firm.bakery, name="Bank statement.pdf")
    key = default_storage.save(f"org/{firm.organization.pk}/{uuid7().hex}", ContentFile(PDF))
    firm.rows |= {
        "document": document,
        "version": DocumentVersion.objects.create(
            document=document, sha256=sha256(PDF).hexdigest(), size=len(PDF), content_type="application/pdf", storage_key=key,
            uploaded_by_contact=firm.ana,
        ),
        "request_document": RequestDocument.objects.create(request=firm.submitted, document=document),
        "sample": RequestSample.objects.create(request=firm.pending, position=1, given=["INV-1"], document=document),
        "carryover": RequestCarryover.objects.create(request=firm.pending, previous=firm.accepted),
    }  # fmt: skip
    template = RequestTemplate.objects.create(name=f"Our audit list of {firm.organization.slug}", created_by=member)
    firm.rows |= {
        "template": template,
        "template_item": RequestTemplateItem.objects.create(
            template=template, position=1, title="Bank statements", due_days=7
        ),
    }


def add_conversation(firm: Firm) -> None:
    """About the pending request: a question to the client, and what the firm thinks of it among itself."""
    member, viewer, request = firm.members["member"], firm.members["viewer"], firm.pending
    thread = request.thread
    inside = Thread.objects.create(audience="internal", beside=thread)
    comment = Comment.objects.create(
        thread=thread,
        audience="client",
        member=member,
        author_name=member.display_name,
        submission=uuid7(),
        body="Which months are missing?",
    )
    note = Comment.objects.create(
        thread=inside,
        audience="internal",
        member=member,
        author_name=member.display_name,
        submission=uuid7(),
        body="They were late last year too.",
    )
    firm.rows |= {
        "thread": thread,
        "firm_thread": inside,
        "comment": comment,
        "firm_note": note,
        "owners_note": Comment.objects.create(
            thread=inside, audience="internal", member=firm.members["owner"], author_name="The owner", submission=uuid7(),
            body="Let us wait a week.",
        ),
        "attachment": CommentAttachment.objects.create(
            comment=note, document_id=firm.document.pk, name=firm.document.name
        ),
        "comment_version": CommentVersion.objects.create(comment=note, body="They were late."),
        "mention": Mention.objects.create(comment=note, member=viewer),
        "reader": ThreadReader.objects.create(thread=thread, member=viewer),
        "notification": Notification.objects.create(
            member=firm.members["owner"], event="mentioned", subject_kind="request", subject_id=request.pk, comment=note,
            source_id=note.pk, actor=member, actor_name=member.display_name, actor_side="firm", why="mentioned",
            mail="instant",
        ),
        "notification_preference": NotificationPreference.objects.create(member=viewer, event="commented"),
        "mute": NotificationMute.objects.create(
            member=firm.members["owner"], scope="request", scope_id=firm.accepted.pk, label=firm.accepted.title
        ),
        "pace": NotificationPace.objects.create(
            member=firm.members["owner"], scope="project", scope_id=firm.project.pk, label=firm.project.name, mail="weekly"
        ),
        "digest": NotificationDigest.objects.create(
            member=viewer, period="daily", day=timezone.now().date() + timedelta(days=1)
        ),
    }  # fmt: skip


def add_binder(firm: Firm) -> None:
    """A binder with a lead and a paper below it, prepared, with an open note on it. Nothing is locked."""
    member, now = firm.members["member"], timezone.now()
    binder = Binder.objects.create(project=firm.project, period_end=date(2025, 12, 31), created_by=member)
    tick = Tickmark.objects.create(code="a", mark="agreed", meaning="Agreed to ledger")
    grid = {
        "columns": [
            {"id": "c1", "title": "Account", "type": "text"},
            {"id": "c2", "title": "Ledger", "type": "figure"},
        ],
        "rows": [{"id": "r1", "cells": {"c1": {"text": "Bank"}, "c2": {"amount": 120000, "ticks": [str(tick.pk)]}}}],
    }
    lead, paper = (
        Workpaper.objects.create(
            binder=binder,
            parent=None,
            section="B",
            reference=f"B-{number}",
            sort_key=f"1B.{number:05d}",
            position=number,
            title=title,
            kind=kind,
            body={"grid": grid},
            content_hash="0" * 64,
            created_by=member,
        )
        for number, title, kind in [(1, "Cash lead", "lead"), (2, "Bank reconciliation", "schedule")]
    )
    entry = JournalEntry.objects.create(
        binder=binder, number=1, description="Unpresented cheque", entry_date=date(2025, 12, 31), workpaper=paper
    )
    balance = TrialBalance.objects.create(binder=binder, as_of=date(2025, 12, 31), source_name="tb.csv")
    firm.rows |= {
        "binder": binder,
        "tickmark": tick,
        "lead": lead,
        "workpaper": paper,
        "paper_version": WorkpaperVersion.objects.create(
            workpaper=paper,
            number=1,
            title=paper.title,
            body=paper.body,
            content_hash=paper.content_hash,
            created_by=member,
        ),
        "sign_off": SignOff.objects.create(
            workpaper=paper,
            role="preparer",
            member=firm.members["admin"],
            signed_at=now,
            content_hash=paper.content_hash,
            version=1,
        ),
        "note": ReviewNote.objects.create(
            workpaper=paper, anchor="r1", text="Agree this.", raised_by=firm.members["admin"]
        ),
        "cross_reference": CrossReference.objects.create(
            workpaper=paper, cell="r1.c2", target=lead, target_cell="r1.c2"
        ),
        "reading": WorkpaperReading.objects.create(
            workpaper=paper, member=member, content_hash=paper.content_hash, read_at=now
        ),
        "copy": BinderCopy.objects.create(binder=binder, kind="pdf", created_by=member),
        "trial_balance": balance,
        "trial_balance_line": TrialBalanceLine.objects.create(
            trial_balance=balance, position=1, code="1000", name="Bank", amount=120000
        ),
        "mapping": AccountMapping.objects.create(client=firm.bakery, code="1000", section="B"),
        "journal_entry": entry,
        "journal_entry_line": JournalEntryLine.objects.create(entry=entry, position=1, code="1000", amount=-5000),
    }


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
        snapshot=snapshot, name="Ana Ruiz", token_hash=sha256(firm.share_secret.encode()).digest(),
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


def add_documents(firm: Firm) -> None:
    """What is known of the document, another one that waits to be matched, two uploads under way, and a package."""
    slug, folder = firm.organization.slug, f"partial/{firm.organization.pk}"
    waiting = Document.objects.create(client=firm.bakery, name=f"Waiting of {slug}.pdf")
    DocumentVersion.objects.create(
        document=waiting, sha256=sha256(PDF).hexdigest(), size=len(PDF), content_type="application/pdf",
        storage_key=f"org/{firm.organization.pk}/waiting", uploaded_by_member=firm.members["member"],
    )  # fmt: skip
    deleted = Document.objects.create(client=firm.bakery, name=f"Deleted of {slug}.pdf", deleted_at=timezone.now())
    firm.rows |= {
        "same_document": waiting,
        "deleted_document": deleted,
        "content": DocumentContent.objects.create(
            document=firm.document, version=firm.version, name=firm.document.name, state="read", text=f"Balance of {slug}",
            pages=1, thumbnail_key=default_storage.save(f"org/{firm.organization.pk}/{uuid7().hex}", ContentFile(b"RIFF")),
        ),
        "scan": DocumentScan.objects.create(version=firm.version, state="clean", scanned_at=timezone.now()),
        "intake": DocumentIntake.objects.create(document=waiting, request_list=firm.request_list),
        "partial_upload": PartialUpload.objects.create(
            member=firm.members["owner"], client=firm.bakery, name="Ledger.pdf", size=100, folder=f"{folder}/member"
        ),
        "contact_upload": PartialUpload.objects.create(
            contact=firm.ana, client=firm.bakery, request=firm.pending, name="Rent.pdf", size=100, folder=f"{folder}/contact"
        ),
        "package": EvidencePackage.objects.create(
            client=firm.bakery, request_list=firm.request_list, created_by=firm.members["member"], state="streamed",
            manifest_sha256=sha256(slug.encode()).hexdigest(), files=1, size=len(PDF),
        ),
    }  # fmt: skip


def keep_file(firm: Firm) -> None:
    """The firm's document lies in whatever store is in force."""
    if not default_storage.exists(firm.version.storage_key):
        default_storage.save(firm.version.storage_key, ContentFile(PDF))


def add_portal(firm: Firm) -> None:
    slug = firm.organization.slug
    firm.portal_cookie, firm.link_token = f"portal-session-of-{slug}", f"link-token-of-{slug}"
    later = timezone.now() + timedelta(days=14)
    firm.rows |= {
        "portal_session": PortalSession.objects.create(
            contact=firm.ana, token_hash=sha256(firm.portal_cookie.encode()).digest(), expires_at=later
        ),
        "magic_link": MagicLinkToken.objects.create(
            contact=firm.ana, token_hash=sha256(firm.link_token.encode()).digest(), expires_at=later
        ),
        "preference": PortalPreference.objects.create(contact=firm.ana),
        "colleague": ColleagueInvitation.objects.create(
            asked_by=firm.ana, client=firm.bakery, name="Jonas Keller", email=f"jonas@bakery-{slug}.example"
        ),
    }
    add_reminders(firm)


def add_reminders(firm: Firm) -> None:
    """Rules, a quiet day long gone, and a mail nobody is sure of."""
    day = timezone.now().date() - timedelta(days=30)
    mail = ReminderMail.objects.create(contact=firm.ana, day=day, status="unconfirmed", claimed_at=timezone.now())
    firm.rows |= {
        "portal_setting": PortalSetting.objects.create(colleagues="allowed"),
        "schedule": ReminderSchedule.objects.create(request_list=firm.request_list, is_on=False),
        "snooze": ReminderSnooze.objects.create(
            request_list=firm.request_list, until=timezone.now().date() + timedelta(days=30)
        ),
        "reminder": mail,
        "reminder_item": ReminderItem.objects.create(mail=mail, request=firm.pending),
    }


def signed_in(person: Membership | User) -> Browser:
    browser = Browser()
    with surface(IDENTITY):
        user = User.objects.get(pk=getattr(person, "user_id", person.pk))
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if user.is_operator:  # whose pages open with a second factor alone
        remember(browser, user, {"method": "mfa", "type": "totp"})
    return browser


def came_by(person: Membership | User, *records: dict[str, Any]) -> Browser:
    """A browser whose session allauth has opened in this way."""
    browser = signed_in(person)
    remember(browser, person, *records)
    return browser


def remember(browser: Browser, person: Membership | User, *records: dict[str, Any]) -> None:
    """As allauth keeps in the session how its person has signed in."""
    session = browser.session
    session["account_authentication_methods"] = [{"at": time.time(), **record} for record in records]
    session["account_authentication_methods_user"] = str(getattr(person, "user_id", person.pk))
    with surface(IDENTITY):
        session.save()


def in_portal(firm: Firm) -> Browser:
    """A browser in which the firm's contact Ana has opened her portal."""
    browser = Browser()
    browser.cookies[settings.PORTAL_COOKIE_NAME] = firm.portal_cookie
    return browser
