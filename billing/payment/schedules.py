"""A change that waits at Stripe for the end of what is paid for.

A new price on the subscription itself would not wait: where a month becomes a year, or a year a month, Stripe begins a
new period at once, charges it, and forgets the rest of the old one. A schedule has both as phases, one after the other.
"""

from typing import Any

from billing.payment.gateway import asked, client

KEPT = ("start_date", "end_date", "proration_behavior")


def plan_ahead(held: dict[str, Any], *, price: str, period: str, seats: int, tax: dict[str, Any]) -> None:
    """What the firm has goes on until its period ends; then this begins, and Stripe lets go of the schedule after it."""
    made = asked(client().v1.subscription_schedules.create, from_subscription=held["id"])
    item, begun = held["items"]["data"][0], made["phases"][0]["start_date"]
    now = {
        "items": [{"price": item["price"]["id"], "quantity": item["quantity"]}], "start_date": begun,
        "end_date": item["current_period_end"], **tax,
    }  # fmt: skip
    then = {"items": [{"price": price, "quantity": seats}], "duration": {"interval": period}, **tax}
    _update(made["id"], [now, {**then, "proration_behavior": "none"}], prorating="none")


def set_seats(held: dict[str, Any], seats: int, *, tax: dict[str, Any]) -> None:
    """Of a subscription with a schedule, that is changed, in all of its phases that are not over."""
    known = asked(client().v1.subscription_schedules.retrieve, held["schedule"])
    start = held["items"]["data"][0]["current_period_start"]
    phases = [
        {
            "items": [{"price": phase["items"][0]["price"], "quantity": seats}],
            **{name: phase[name] for name in KEPT if name in phase},
            **tax,
        }
        for phase in known["phases"]
        if phase["end_date"] > start
    ]
    _update(known["id"], phases, prorating="create_prorations")


def release(held: dict[str, Any]) -> None:
    """Nothing waits any more; the subscription goes on as it is."""
    if held.get("schedule"):
        asked(client().v1.subscription_schedules.release, held["schedule"])


def _update(schedule: str, phases: list[dict[str, Any]], *, prorating: str) -> None:
    asked(
        client().v1.subscription_schedules.update, schedule,
        phases=phases, end_behavior="release", proration_behavior=prorating,
    )  # fmt: skip
