"""Proving that a domain is the firm's own: by a record in the DNS, or by a code mailed to an address on it."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from organizations.dns_records import ResolverSilent, ask_for_txt
from organizations.domain_names import domain_of
from organizations.mail_limits import may_send
from organizations.models import Membership, Organization, OrganizationDomain, VerifiedDomain

CODE_DIGITS, CODE_LIFETIME, CODE_TRIES = 8, timedelta(minutes=30), 5
#: Between two codes, so that nobody can fill somebody's mailbox.
CODE_WAIT = timedelta(minutes=2)


class ProofRefused(Exception):
    """The message is a sentence for the person."""


def check_record(domain: OrganizationDomain) -> None:
    """Ask the DNS for the record and keep the proof. Raises ProofRefused."""
    domain.mark_checked()
    try:
        found = [text.strip() for text in ask_for_txt(domain.domain)]
    except ResolverSilent:
        raise ProofRefused(f"The name servers of {domain} did not answer. Try again in a few minutes.") from None
    if domain.record not in found:
        raise ProofRefused(
            f"The record is not there yet. {domain} has {len(found)} TXT record{'s' * (len(found) != 1)}, none of them "
            "this one. New records can take an hour to be seen."
        )
    keep_proof(domain)


def address_for_code(domain: OrganizationDomain, email: str) -> str:
    """The address a code may be mailed to. Raises ProofRefused."""
    if domain_of(email) != domain.domain:
        raise ProofRefused(f"Write an address that ends in @{domain}.")
    if domain.code_sent_at and domain.code_sent_at > timezone.now() - CODE_WAIT:
        raise ProofRefused("A code was sent a moment ago. Wait two minutes before you ask for another one.")
    if not may_send("domain_code", email):
        raise ProofRefused("Five codes went to this address lately: enough for a day. Use a record in the DNS instead.")
    return email


def expect_code(domain: OrganizationDomain, email: str) -> None:
    """From now a code to this address counts; the mail makes it (organizations.jobs)."""
    domain.code_sent_to, domain.code_sent_at = email, timezone.now()
    domain.code_hash, domain.code_tries = None, 0
    domain.save(update_fields=["code_sent_to", "code_sent_at", "code_hash", "code_tries"])


def new_code(domain: OrganizationDomain) -> str:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    domain.code_hash, domain.code_tries = _hash(domain, code), 0
    domain.save(update_fields=["code_hash", "code_tries"])
    return code


def enter_code(domain: OrganizationDomain, written: str) -> None:
    """Raises ProofRefused. The row is locked by the caller: tries at the same moment are counted one by one."""
    too_old = domain.code_sent_at is None or domain.code_sent_at < timezone.now() - CODE_LIFETIME
    if not domain.code_hash or too_old or domain.code_tries >= CODE_TRIES:
        raise ProofRefused("This code has expired. Send a new one.")
    domain.code_tries += 1
    domain.save(update_fields=["code_tries"])
    if not secrets.compare_digest(bytes(domain.code_hash), _hash(domain, "".join(written.split()))):
        left = CODE_TRIES - domain.code_tries
        raise ProofRefused(f"That is not the code. {left} {'try' if left == 1 else 'tries'} left.")
    keep_proof(domain)


def keep_proof(domain: OrganizationDomain) -> None:
    """Make the domain this firm's, unless another firm has proven it. Raises ProofRefused."""
    with transaction.atomic():
        row = VerifiedDomain(domain=domain.domain, organization_id=domain.organization_id)
        VerifiedDomain.objects.bulk_create([row], ignore_conflicts=True)
        if not VerifiedDomain.objects.filter(pk=domain.domain).exists():  # another firm's row: nobody here sees it
            raise ProofRefused(
                f"{domain} is proven for another firm on Tickmark already. If that is not right, write to Tickmark: they can release it."
            )
        domain.verified_at = domain.verified_at or timezone.now()
        domain.code_hash = None
        domain.save(update_fields=["verified_at", "code_hash"])
        _choose_main(domain.organization)


def can_change_joining(domain: OrganizationDomain, *, by: Membership) -> bool:
    """Nobody opens or narrows a way in to a role above their own."""
    return domain.auto_join_role == "" or domain.auto_join_role in dict(by.grantable_roles())


@transaction.atomic
def give_up(domain: OrganizationDomain) -> None:
    VerifiedDomain.objects.filter(pk=domain.domain).delete()
    domain.delete()
    _choose_main(domain.organization)


def _choose_main(firm: Organization) -> None:
    """A firm's main domain is the one it proved first, of those it has."""
    proven = OrganizationDomain.objects.filter(verified_at__isnull=False).order_by("verified_at", "id")
    main = proven.values_list("domain", flat=True).first() or ""
    Organization.objects.filter(pk=firm.pk).exclude(domain=main).update(domain=main)


def _hash(domain: OrganizationDomain, code: str) -> bytes:
    return salted_hmac("organizations.domains", f"{domain.pk}:{code}", algorithm="sha256").digest()
