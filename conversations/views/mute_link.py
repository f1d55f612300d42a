"""The link in a mail that ends such mails. Whoever has the mail may press it; it shows and opens nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from conversations.events import EVENTS
from conversations.models import NotificationMute, NotificationPace, NotificationPreference
from conversations.models.notification import Frequency
from conversations.mutes import DIGEST, MuteLink
from conversations.subjects import SUBJECTS
from organizations.models import Membership
from tenancy.context import tenant


@csrf_exempt  # RFC 8058: the mail program presses it, with no page before; the signed address is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mute_link(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing: programs that check mails for danger follow every link."""
    link = MuteLink.read(token)
    if link is None:
        raise Http404("No such link.")
    noun = SUBJECTS[link.scope].noun if link.scope in SUBJECTS else ""
    if request.method == "POST":
        with tenant(link.organization_id):
            _do(link)
    context = {"is_done": request.method == "POST", "noun": noun, "period": link.target if not noun else ""}
    return render(request, "conversations/mute_link.html", context)


def _do(link: MuteLink) -> None:
    member = Membership.objects.active().filter(pk=link.member_id).first()
    if member is None:
        return
    if link.scope == DIGEST:
        _end_digests(member, link.target)
    elif link.scope in SUBJECTS:
        _mute(member, link)


def _mute(member: Membership, link: MuteLink) -> None:
    subject = SUBJECTS[link.scope]
    row = subject.visible_to(member).filter(pk=link.target).first()
    if row is not None:
        NotificationMute.objects.get_or_create(
            member=member, scope=link.scope, scope_id=row.pk, defaults={"label": subject.title(row)[:300]}
        )


def _end_digests(member: Membership, period: str) -> None:
    """Of every event, and of the projects to which the member gave this pace."""
    NotificationPace.objects.filter(member=member, mail=period).delete()
    kept = {wish.event: wish.mail for wish in NotificationPreference.objects.filter(member=member)}
    for event in EVENTS.values():
        if kept.get(event.code, event.mail) == period:
            NotificationPreference.objects.update_or_create(
                member=member, event=event.code, defaults={"mail": Frequency.NEVER}
            )
