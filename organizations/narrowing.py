"""Permissions that something other than a role takes from members for a while. The apps above say what and why."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from organizations.models import Membership
from organizations.permissions import Permission

Refusal = Callable[[], PermissionDenied]

#: Each answers for the member of a request: which permissions are taken, and what a refusal then says. Asks no database.
rules: list[Callable[[Membership], Mapping[Permission, Refusal]]] = []


#: Of the app that knows plans: raises its refusal where the firm's plan does not hold a feature.
feature_rules: list[Callable[[str], object]] = []
#: The same before a guarded view runs, with the permission it needs and the ids in its address.
guards: list[Callable[[Membership, Permission, Mapping[str, Any]], None]] = []


def require_feature(feature: str) -> None:
    for rule in feature_rules:
        rule(feature)


def narrow(member: Membership) -> None:
    member.taken = {permission: refusal for rule in rules for permission, refusal in rule(member).items()}


def refuse(member: Membership, permission: Permission) -> None:
    """Raise what says why; without a reason of its own, that the role does not reach so far."""
    is_taken = permission in member.taken and member.is_given(permission)
    raise member.taken[permission]() if is_taken else PermissionDenied


def guard(member: Membership, permission: Permission, ids: Mapping[str, Any]) -> None:
    for ask in guards:
        ask(member, permission, ids)
