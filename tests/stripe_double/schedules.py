"""What waits for a period to end: phases, of which the first is what there is, and the next begins where it ends."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.stripe_double.world import Thing, World


def begin(world: "World", subscription: "Thing") -> "Thing":
    """Of a subscription as it is: one phase, to the end of its period."""
    item = subscription["items"]["data"][0]
    now = phase(item["price"]["id"], item["quantity"], item["current_period_start"], item["current_period_end"])
    made = world.make(
        "subscription_schedule", customer=subscription["customer"], subscription=subscription["id"], status="active",
        phases=[now], end_behavior="release",
    )  # fmt: skip
    subscription["schedule"] = made["id"]
    return made


def phase(price: str, quantity: int, start: int, end: int) -> dict[str, Any]:
    return {"items": [{"price": price, "quantity": quantity}], "start_date": start, "end_date": end}


def update(world: "World", schedule: "Thing", values: dict[str, Any]) -> "Thing":
    """Every phase is sent again; the first begins as it began, and where its items differ the subscription's do."""
    subscription, phases = world.things[schedule["subscription"]], []
    start = schedule["phases"][0]["start_date"]
    for sent in values["phases"]:
        wanted = sent["items"][0]
        end = sent.get("end_date") or world.later(start, sent["duration"]["interval"])
        phases.append(phase(wanted["price"], wanted["quantity"], start, end))
        start = end
    schedule.update(phases=phases)
    wanted = phases[0]["items"][0]
    item = subscription["items"]["data"][0]
    if (item["price"]["id"], item["quantity"]) != (wanted["price"], wanted["quantity"]):
        world.change(
            subscription, {"items": [dict(wanted)], "proration_behavior": values.get("proration_behavior", "none")}
        )
    return schedule


def turn(world: "World", subscription: "Thing", moment: int) -> None:
    """A period is over at this moment: the phase that begins with it is what the subscription is from now on."""
    if not subscription["schedule"]:
        return
    schedule, item = world.things[subscription["schedule"]], subscription["items"]["data"][0]
    coming = [each for each in schedule["phases"] if each["start_date"] == moment]
    if not coming:
        release(world, schedule)
        return
    [wanted] = coming[0]["items"]
    before = item["price"]["recurring"]["interval"]
    item["price"], item["quantity"] = world.get(wanted["price"], "price"), wanted["quantity"]
    if item["price"]["recurring"]["interval"] != before:
        subscription["billing_cycle_anchor"] = moment


def release(world: "World", schedule: "Thing") -> "Thing":
    world.things[schedule["subscription"]]["schedule"] = None
    schedule.update(status="released", subscription=None)
    return schedule
