"""Drafting outside of any request, and of any transaction: another server is asked, and may be slow."""

from tenancy.context import tenant
from tenancy.jobs import tenant_task
from workspaces.drafting import drafts
from workspaces.drafting.endpoint import DraftFailed
from workspaces.models import SessionDraft


@tenant_task(in_parts=True)
def make_draft(organization_id: str, draft_id: str) -> None:
    """Run again after its worker has died, it asks again and is charged once."""
    waiting = SessionDraft.State.WAITING
    with tenant(organization_id):
        draft = SessionDraft.objects.select_related("session").filter(pk=draft_id, state=waiting).first()
    if draft is None:
        return
    made_by = drafts.drafter()
    try:
        said, problem = made_by.draft(draft.session.session_objects.get("source", "")), ""
    except DraftFailed as failed:
        said, problem = {}, str(failed)
    with tenant(organization_id):
        stored = SessionDraft.objects.select_for_update(of=("self",))
        draft = stored.filter(pk=draft_id, state=waiting).first()
        if draft is None:  # given up meanwhile, or deleted
            return
        if problem:
            drafts.fail(draft, f"{problem} Nothing was charged.")
        else:
            drafts.finish(draft, said, made_by)
