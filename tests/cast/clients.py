"""A firm's client, what belongs to it, its requests and its documents."""

from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from uuid_utils.compat import uuid7

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
    FirmDeletion,
    FirmExport,
    InformationRequest,
    ListPreference,
    PartialUpload,
    Project,
    ProjectGrant,
    ProjectWall,
    RequestCarryover,
    RequestDocument,
    RequestEvent,
    RequestList,
    RequestSample,
    RequestTemplate,
    RequestTemplateItem,
    SavedView,
)
from conversations.models import Thread
from tests.cast.firm import Firm

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def add_client(firm: Firm) -> None:
    slug, member = firm.organization.slug, firm.members["member"]
    bakery = Client.objects.create(
        name=f"Northwind Bakeries of {slug}", code="NWB", tax_id="GB123456789", created_by=member
    )
    project = Project.objects.create(name=f"Audit 2025 {slug}", client=bakery, lead=member)
    firm.rows |= {
        "bakery": bakery,
        "ana": ClientContact.objects.create(
            client=bakery, name="Ana Ruiz", email=f"ana@bakery-{slug}.example", is_primary=True
        ),
        "assignment": ClientAssignment.objects.create(client=bakery, member=member, is_lead=True),
        "grant": ClientGrant.objects.assign_perm("view_client", member, bakery),
        "project": project,
        "project_grant": ProjectGrant.objects.assign_perm("view_project", member, project),
        "project_wall": ProjectWall.objects.create(
            project=project, member=firm.members["billing"], reason="Prepared what is audited here."
        ),
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
        "firm_deletion": FirmDeletion.objects.create(
            created_by=firm.members["owner"], due_at=timezone.now(), cancelled_at=timezone.now(), cancelled_by=firm.members["owner"]
        ),
        "firm_export": FirmExport.objects.create(created_by=firm.members["owner"], state="running", parts=9),
        "package": EvidencePackage.objects.create(
            client=firm.bakery, request_list=firm.request_list, created_by=firm.members["member"], state="streamed",
            manifest_sha256=sha256(slug.encode()).hexdigest(), files=1, size=len(PDF),
        ),
    }  # fmt: skip


def keep_file(firm: Firm) -> None:
    """The firm's document lies in whatever store is in force."""
    if not default_storage.exists(firm.version.storage_key):
        default_storage.save(firm.version.storage_key, ContentFile(PDF))
