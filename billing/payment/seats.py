"""The number of seats Stripe charges for is the number of people who work in the firm."""

from billing.payment import following, prices, schedules
from billing.payment.gateway import asked, client
from organizations.seats import seats_used


def to_pay() -> int:
    """Nobody buys a plan for nobody."""
    return max(1, seats_used())


def sync() -> None:
    """Bring the quantity at Stripe to the seats in use; Stripe charges or credits the difference to the day."""
    held = following.follow_subscription()
    if held is None or held["status"] not in ("active", "trialing", "past_due"):
        return
    item, wanted = held["items"]["data"][0], to_pay()
    if item["quantity"] == wanted:
        return
    if held.get("schedule"):
        schedules.set_seats(held, wanted, tax=prices.tax())
    else:
        asked(
            client().v1.subscriptions.update, held["id"],
            items=[{"id": item["id"], "quantity": wanted}], proration_behavior="create_prorations",
        )  # fmt: skip
    following.follow_subscription()
