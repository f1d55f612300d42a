from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from conversations.live.presence import Place, place
from conversations.live.stream import MOST_STREAMS, Line, give_back_connections, glance, open_streams, stream
from conversations.live.topics import allowed
from organizations.access import any_member
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from tenancy.context import tenant

#: A page shows one conversation, one list and the bell.
MOST_TOPICS = 20


@require_GET
@any_member
def live(request: OrganizationRequest) -> HttpResponseBase:
    """Server-sent events: `?topic=request:<id>&topic=member:<id>`. What the member may not see is left out.

    `here=request:<id>` is what the page shows: who else looks at it is told, too; with `once`, now and not from then on.
    """
    wanted = list(dict.fromkeys([*request.GET.getlist("here")[:1], *request.GET.getlist("topic")[:MOST_TOPICS]]))
    topics = allowed(request.member, wanted)
    here = _place(request)
    if "once" in request.GET:
        return (
            StreamingHttpResponse(glance(here), content_type="application/json") if here else HttpResponse(status=204)
        )
    if not topics:
        return HttpResponse(status=204)  # nothing to wait for: the browser does not ask again
    if open_streams[request.member.user_id] >= MOST_STREAMS:
        return HttpResponse("Too many windows are open.", status=429, content_type="text/plain")
    line = Line(request.member.user_id, topics, _may_stay(request, wanted, topics), here)
    response = StreamingHttpResponse(stream(line), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _place(request: OrganizationRequest) -> Place | None:
    topics = allowed(request.member, request.GET.getlist("here")[:1])
    return place(request.member, topics[0], request.organization.pk) if topics else None


def _may_stay(request: OrganizationRequest, wanted: list[str], topics: list[str]) -> Callable[[], bool]:
    """Still signed in, still a member, and everything listened to still in sight."""
    session: Any = request.session
    key, organization_id, member_id, user_id = (
        session.session_key, request.organization.pk, request.member.pk, request.member.user_id
    )  # fmt: skip

    def may_stay() -> bool:
        try:
            if not key or not type(session)().exists(key):
                return False
            with tenant(organization_id, user=user_id):
                member = Membership.objects.active().select_related("organization").filter(pk=member_id).first()
                if member is None or member.organization.is_suspended:
                    return False
                return set(topics) <= set(allowed(member, wanted))
        finally:
            give_back_connections()

    return may_stay
