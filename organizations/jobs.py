"""Mails of the firm. Jobs get ids; tokens are made here, where the mail is, and only their hash is kept."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from organizations.domains import new_code
from organizations.invitations import new_token
from organizations.lookups import members_second_factors
from organizations.mails import one_line, send_mail
from organizations.models import Invitation, Membership, OrganizationDomain, SupportGrant
from organizations.mounts import absolute, organization_url, root_url
from organizations.permission_sources import who_could_give
from organizations.permissions import PERMISSION_WORDS, Permission
from organizations.sign_in_policy import SignInPolicy
from organizations.zones import read_by
from tenancy.jobs import tenant_task


@tenant_task()
def send_invitation(invitation_id: str) -> None:
    """Mail an invitation with a fresh link; nothing if it was answered or withdrawn meanwhile."""
    invitation = (
        Invitation.objects.pending().select_related("organization", "invited_by").filter(pk=invitation_id).first()
    )
    if invitation is None:
        return
    firm = invitation.organization
    with timezone.override(firm.zone):
        send_mail(
            "invitation",
            to=invitation.email,
            subject=f"Join {firm.name} on Tickmark",
            organization=firm,
            invitation=invitation,
            reason=f"You get this because somebody in {firm.name} has invited {invitation.email}.",
            action_url=absolute(root_url("invitation_detail", token=new_token(invitation))),
            action_label="Join the firm",
        )


@tenant_task()
def send_domain_code(domain_id: str) -> None:
    """Mail the code that proves a domain; nothing if it was proven or given up meanwhile."""
    domain = OrganizationDomain.objects.select_related("organization").filter(pk=domain_id, verified_at=None).first()
    if domain is None or not domain.code_sent_to:
        return
    firm = domain.organization
    send_mail(
        "domain_code",
        to=domain.code_sent_to,
        subject=f"Your code for {domain.domain}",
        organization=firm,
        domain=domain,
        code=new_code(domain),
        reason=f"You get this because somebody in {firm.name} says that {domain.domain} is the firm’s own.",
    )


@tenant_task()
def send_joining_question(member_id: str) -> None:
    """Tell whoever may answer that somebody waits to be let in."""
    person = Membership.objects.select_related("organization").filter(pk=member_id, status="pending").first()
    if person is None:
        return
    firm = person.organization
    may_answer = (
        member
        for member in Membership.objects.active()
        if member.can(Permission.MANAGE_MEMBERS) and member.may_manage(person)
    )
    _mail_each(
        may_answer, "joining_question", subject=f"{person.display_name} asks to join {firm.name}", organization=firm,
        reason=f"You get this because you manage the members of {firm.name}.", person=person,
        action_url=absolute(organization_url(firm.slug, "member_list")), action_label="See who waits",
    )  # fmt: skip


@tenant_task()
def send_joining_answer(member_id: str) -> None:
    """Tell somebody who asked to join that they are in, or are not."""
    person = Membership.with_deleted.select_related("organization").filter(pk=member_id).first()
    if person is None:
        return
    firm, is_in = person.organization, person.deleted_at is None
    link: dict[str, Any] = {
        "action_url": absolute(organization_url(firm.slug, "today")),
        "action_label": f"Open {one_line(firm.name)}",
    }
    send_mail(
        "joining_answer",
        to=person.email,
        subject=f"You are in: {firm.name}" if is_in else f"About joining {firm.name}",
        organization=firm,
        person=person,
        is_in=is_in,
        reason=f"You get this because you asked to join {firm.name}.",
        **(link if is_in else {}),
    )


@tenant_task()
def send_permission_request(member_id: str, permission: str) -> None:
    """Tell whoever could give it that a member asks for a permission; nobody once they have it."""
    asking, wanted = (
        Membership.objects.active().select_related("organization").filter(pk=member_id).first(),
        Permission(permission),
    )
    if asking is None or asking.can(wanted):
        return
    firm, words = asking.organization, PERMISSION_WORDS[wanted]
    _mail_each(
        who_could_give(wanted, to=asking), "permission_request", subject=f"{asking.display_name} asks for access",
        organization=firm, reason=f"You get this because you manage the members of {firm.name}.",
        person=asking, words=words, action_label=f"See what {one_line(asking.display_name)} may do",
        action_url=absolute(organization_url(firm.slug, "member_detail", member_id=asking.pk)),
    )  # fmt: skip


@tenant_task()
def send_second_factor_reminder(member_id: str) -> None:
    """Nothing to who has one by now, or where the firm asks for none any more."""
    member = Membership.objects.active().select_related("organization").filter(pk=member_id).first()
    if member is None or member.pk in members_second_factors():
        return
    firm = member.organization
    if needed_from := SignInPolicy.of(firm).mfa_from:
        with read_by(member):
            send_mail(
                "second_factor",
                to=member.email,
                subject=f"{firm.name} asks for a second factor",
                organization=firm,
                person=member,
                needed_from=needed_from,
                reason=f"You get this because you are a member of {firm.name}.",
                action_url=absolute(root_url("mfa_index")),
                action_label="Set up a second factor",
            )


@tenant_task()
def send_ownership_notice(giver_id: str, taker_id: str) -> None:
    """Tell both that the firm has a new owner: whoever did not do it learns of it."""
    people = Membership.with_deleted.select_related("organization").in_bulk([giver_id, taker_id])
    giver, taker = people.get(UUID(giver_id)), people.get(UUID(taker_id))
    if giver is None or taker is None:
        return
    for person in (giver, taker):
        send_mail(
            "ownership",
            to=person.email,
            subject=f"{taker.display_name} is now an owner of {person.organization.name}",
            organization=person.organization,
            giver=giver,
            taker=taker,
            is_taker=person == taker,
            reason=f"You get this because you are a member of {person.organization.name}.",
            action_url=absolute(organization_url(person.organization.slug, "member_list")),
            action_label="See the members",
        )


@tenant_task()
def send_support_request(grant_id: str) -> None:
    """Tell the owners that an operator asks to look in; nothing if it was answered or taken back meanwhile."""
    grant = SupportGrant.objects.waiting().select_related("organization").filter(pk=grant_id).first()
    if grant is None:
        return
    firm = grant.organization
    _mail_each(
        Membership.objects.owners(), "support_request", organization=firm, grant=grant,
        subject=f"{grant.operator_name} of Tickmark asks to look into {firm.name}",
        reason=f"You get this because you are an owner of {firm.name}.",
        action_url=absolute(organization_url(firm.slug, "support_access")), action_label="Answer",
    )  # fmt: skip


def _mail_each(members: Iterable[Membership], template: str, **mail: Any) -> None:
    """The same words to each, in a mail of their own."""
    for member in members:
        send_mail(template, to=member.email, **mail)
