"""Members who sign in without a second factor where the firm asks for one, and telling them so."""

from organizations.jobs import send_second_factor_reminder
from organizations.lookups import members_second_factors
from organizations.mail_limits import may_send
from organizations.member_changes import ChangeRefused
from organizations.models import Membership, Organization
from organizations.sign_in_policy import SignInPolicy


def who_lacks_one(firm: Organization) -> list[Membership]:
    """Nobody where the firm asks for none."""
    if SignInPolicy.of(firm).mfa_from is None:
        return []
    secured = members_second_factors()
    return list(Membership.objects.active().exclude(pk__in=secured).order_by("display_name", "pk"))


def remind(firm: Organization) -> list[Membership]:
    """Each of them once a day. Who was reminded. Raises ChangeRefused."""
    lacking = who_lacks_one(firm)
    if not lacking:
        raise ChangeRefused("Everybody the firm asks for a second factor has one.")
    reminded = [member for member in lacking if may_send("second_factor", member.email, most=1)]
    if not reminded:
        raise ChangeRefused("They were reminded in the last 24 hours. Nothing was sent.")
    for member in reminded:
        send_second_factor_reminder.enqueue(member_id=member.pk)
    return reminded
