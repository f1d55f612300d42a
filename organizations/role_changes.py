"""Who holds which of the firm's own roles, and what is allowed or denied to one person. Nobody gives what they lack."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from organizations.member_changes import ChangeRefused
from organizations.models import CustomRole, Membership, MembershipRole
from organizations.models.membership import MembershipQuerySet, Role
from organizations.permission_loss import telling_of_losses
from organizations.permissions import PERMISSION_WORDS, Permission


@transaction.atomic
def assign_roles(member: Membership, roles: Iterable[CustomRole], *, by: Membership) -> None:
    """The member holds these of the firm's own roles and no others."""
    member = _locked(member, by)
    wanted, held = {role.pk: role for role in roles}, {role.pk for role in member.custom_roles}
    before = member.effective_permissions()
    member.custom_roles = sorted(wanted.values(), key=lambda role: role.name.casefold())
    _refuse_gifts(member.effective_permissions() - before, by)
    with telling_of_losses(_only(member)):
        MembershipRole.objects.filter(member=member, role__in=held - wanted.keys()).delete()
        for pk in wanted.keys() - held:
            MembershipRole.objects.create(member=member, role=wanted[pk], created_by=by)


@transaction.atomic
def override(member: Membership, overrides: dict[Permission, bool], *, by: Membership) -> None:
    """What the member may or may not do whatever their roles say; what is not named goes by the roles."""
    member = _locked(member, by)
    if member.role == Role.OWNER and not all(overrides.values()):
        raise ChangeRefused("An owner may do everything. Give them another role first.")
    before = member.effective_permissions()
    member.permissions = {permission.value: allowed for permission, allowed in overrides.items()}
    _refuse_gifts(member.effective_permissions() - before, by)
    with telling_of_losses(_only(member)):
        member.save(update_fields=["permissions"])


def check_may_change(role: CustomRole, *, by: Membership) -> None:
    """A role that somebody more senior holds is theirs to keep."""
    for held in MembershipRole.objects.filter(role=role).select_related("member"):
        if not by.is_as_senior_as(held.member):
            raise ChangeRefused(f"{held.member} holds this role and is above your own role, so you cannot change it.")


@transaction.atomic
def change_permissions(
    role: CustomRole, *, add: Iterable[Permission], remove: Iterable[Permission], by: Membership
) -> None:
    """Nobody takes from a role what they lack, either: they could not give it back."""
    check_may_change(role, by=by)
    _refuse_gifts({*add, *remove}, by)
    granted = {*role.permissions, *(p.value for p in add)} - {p.value for p in remove}
    role.permissions = sorted(granted)
    with telling_of_losses(holders_of(role)):
        role.save(update_fields=["permissions"])


def saved(role: CustomRole, save: Callable[[], bool]) -> bool:
    """Saves the role by its form; whoever holds it and may do less now gives back what belonged to it."""
    with telling_of_losses(holders_of(role)):
        return save()


@transaction.atomic
def delete_role(role: CustomRole, *, by: Membership) -> None:
    """Nobody holds it any more; bringing it back one day gives it to nobody unseen."""
    check_may_change(role, by=by)
    with telling_of_losses(holders_of(role)):
        MembershipRole.objects.filter(role=role).delete()
        role.deleted_at = timezone.now()
        role.save(update_fields=["deleted_at"])


def holders_of(role: CustomRole) -> MembershipQuerySet:
    return Membership.objects.filter(held_roles__role=role)


def _only(member: Membership) -> MembershipQuerySet:
    return Membership.objects.filter(pk=member.pk)


def _locked(member: Membership, by: Membership) -> Membership:
    """The member as stored now: of two who change the same person the second sees what the first has done."""
    member = Membership.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if not by.may_manage(member):
        raise ChangeRefused(f"Only somebody with {member.get_role_display()}’s role or above can change {member}.")
    if member.status != Membership.Status.ACTIVE:
        raise ChangeRefused(f"{member} is not active. Reinstate them first.")
    return member


def _refuse_gifts(gained: Iterable[Permission], by: Membership) -> None:
    lacking = [
        PERMISSION_WORDS[permission] for permission in Permission if permission in gained and not by.can(permission)
    ]
    if lacking:
        raise ChangeRefused(f"You cannot give what you may not do yourself: {'; '.join(lacking)}.")
