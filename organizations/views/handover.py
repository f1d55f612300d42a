from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from organizations.access import requires
from organizations.changing import kept
from organizations.forms.handover import HandoverForm
from organizations.middleware import OrganizationRequest
from organizations.models import Membership
from organizations.open_work import amounts, hand_over
from organizations.permissions import Permission
from organizations.views.members import member_counts


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MEMBERS)
def member_handover(request: OrganizationRequest, member_id: UUID) -> HttpResponse:
    """Give a member's open work to another one."""
    person = get_object_or_404(Membership, pk=member_id)
    form = HandoverForm(request.POST or None, member=person)
    done: list[int] = []
    if kept(form, lambda: done.extend(hand_over(person, form.cleaned_data["taker"], by=request.member))):
        messages.success(request, _sentence(*done, taker=form.cleaned_data["taker"], person=person))
        return redirect("member_handover", member_id=person.pk)
    context = {
        "person": person,
        "form": form,
        "work": amounts(person, by=request.member),
        "is_possible": request.member.may_manage(person) or person == request.member,
        **member_counts(),
        "is_members": True,
    }
    return render(request, "organizations/member/handover.html", context, status=422 if form.errors else 200)


def _sentence(given: int, left: int, *, taker: Membership, person: Membership) -> str:
    stays = f". {left} stay with {person}: {taker} does not see them" if left else ""
    return f"{given} went to {taker}{stays}"
