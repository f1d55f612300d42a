"""The page of a firm's plan in numbers and words: what it costs, what it has used, where the pace leads."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import ceil

from django.utils.safestring import SafeString

from billing import charts, counting, figures, measures
from billing.amounts import money, number, price, size
from billing.features import ACTS, F
from billing.models import Subscription, UsageCounter
from billing.periods import Period
from billing.plan_words import all_promises, price_words
from billing.subscribing import GRACE
from billing.terms import Terms, all_terms, plan_in_force
from look.dates import long_words, short_day, written

WEEKS_OF_A_MONTH = Decimal(52) / 12
STATUS = {"trialing": "trialing", "active": "active", "past_due": "past_due", "canceled": "canceled"}


@dataclass
class Overview:
    subscription: Subscription
    today: date

    @cached_property
    def terms(self) -> dict[str, Terms]:
        return all_terms(self.subscription)

    @cached_property
    def period(self) -> Period:
        return counting.period_now(self.subscription)

    @cached_property
    def plan(self) -> object:
        return plan_in_force(self.subscription)

    # -- the plan

    @property
    def ends(self) -> date:
        return self.subscription.current_period_end.astimezone(self.period.zone).date()

    @property
    def sub(self) -> str:
        """Under the title: “Firm plan, renews on 16 March”."""
        it, day = self.subscription, written(self.ends, "month_day")
        if it.is_canceled:
            return f"The {it.plan} plan has ended; you are on {self.plan}, which is free"
        if it.is_trial:
            then = f", then {it.pending_plan}" if it.pending_plan else ""
            return f"Trial of the {it.plan} plan until {day}{then}"
        if it.cancel_at_period_end:
            return f"{it.plan} plan, ends on {day}"
        if it.pending_plan:
            return f"{it.plan} plan until {day}, then {it.pending_plan}"
        return f"{it.plan} plan, renews on {day}" if it.unit_price else f"{it.plan} plan"

    @property
    def price_words(self) -> str:
        if self.subscription.is_canceled or not self.subscription.unit_price:
            return price_words(self.plan, "month")  # type: ignore[arg-type]
        it = self.subscription
        return f"{price(it.unit_price, it.currency)} a seat each {it.billing_period}"

    @property
    def promises(self) -> list[str]:
        return all_promises([self.plan])[self.plan]  # type: ignore[list-item, index]

    @property
    def grace_until(self) -> date | None:
        since = self.subscription.past_due_since
        return (since + GRACE).astimezone(self.period.zone).date() if since else None

    # -- the four figures

    @property
    def next_invoice(self) -> tuple[str, str, str]:
        it, seats = self.subscription, self.seats
        is_paid = it.unit_price and not it.is_canceled and not it.cancel_at_period_end
        if it.is_trial and not it.pending_plan:
            return "Next invoice", money(0, it.currency), "the trial costs nothing"
        unit = it.unit_price
        if it.pending_plan:
            unit, is_paid = it.pending_plan.price(it.pending_billing_period or it.billing_period), True
        if not is_paid or not unit:
            return "Next invoice", money(0, it.currency), "nothing to pay"
        words = f"{seats} seat{'' if seats == 1 else 's'} at {price(unit, it.currency)}, before tax"
        return f"Next invoice, {written(self.ends, 'month_day')}", money(unit * seats, it.currency), words

    @cached_property
    def seats(self) -> int:
        return measures.in_use(F.SEATS)

    @property
    def seat_words(self) -> tuple[str, str, str]:
        limit = self.terms[F.SEATS].limit
        if limit is None:
            return str(self.seats), "unused seats are not charged", ""
        free = limit - self.seats
        if free < 0:
            return f"{self.seats} of {limit}", f"{-free} too many: who came last can only read", "late"
        return f"{self.seats} of {limit}", f"{free} free, unused seats are not charged", "client" if not free else ""

    @cached_property
    def counter(self) -> UsageCounter | None:
        return UsageCounter.objects.filter(feature=F.CREDITS, period_start=self.period.first).first()

    @cached_property
    def used(self) -> Decimal:
        return self.counter.used if self.counter else figures.NOTHING

    @cached_property
    def limit(self) -> int | None:
        terms = self.terms[F.CREDITS]
        return terms.limit if terms.enabled else 0

    @cached_property
    def granted(self) -> Decimal:
        return counting.granted()

    @property
    def is_used_up(self) -> bool:
        plan_used = self.used - (self.counter.from_grants if self.counter else 0)
        return self.limit is not None and plan_used >= self.limit and self.granted <= 0

    @property
    def credit_words(self) -> tuple[str, str, str]:
        if self.limit is None:
            return number(self.used), "used this month", ""
        extra = f", and {number(self.granted)} more were bought or given" if self.granted > 0 else ""
        if self.is_used_up:
            when = f"limit reached on {written(day, 'month_day')}" if (day := self.ran_out) else "all used"
            return number(self.used), f"of {number(self.limit)}, {when}", "late"
        days = self.period.days_left(self.today)
        share = int(100 * self.used / self.limit) if self.limit else 100
        left = f"{share}% used with {days} day{'' if days == 1 else 's'} left"
        return number(self.used), f"of {number(self.limit)}, {left}{extra}", ""

    @property
    def storage_words(self) -> tuple[str, str, str]:
        used, limit = measures.in_use(F.STORAGE), self.terms[F.STORAGE].limit
        if limit is None:
            return size(used), "no limit", ""
        return size(used), f"of {size(limit)}", "late" if used >= limit else ""

    # -- the charts

    @cached_property
    def points(self) -> list[tuple[int, Decimal]]:
        return figures.by_day(self.period, self.today)

    @property
    def ran_out(self) -> date | None:
        """The day on which the plan's credits were used up."""
        number_of_day = next((at for at, used in self.points if at and self.limit and used >= self.limit), None)
        return self.period.first + timedelta(days=number_of_day - 1) if number_of_day else None

    @property
    def reached(self) -> date | None:
        """The day on which the plan's credits are used up at this pace, if within the month."""
        days = self.points[-1][0]
        if not self.limit or not self.used or not days:
            return None
        at = ceil(self.limit / (self.used / days))
        return self.period.first + timedelta(days=at) if at < self.period.days else None

    @property
    def pace_words(self) -> str:
        end = written(self.period.next, "month_day")
        if self.is_used_up:
            return f"The count starts again at 0 on {end}."
        if not self.used:
            return f"Nothing was used yet. The count starts again at 0 on {end}."
        if self.reached is None or self.limit is None:
            return f"At this pace the month’s credits last until {end}."
        return (
            f"At this pace you reach {number(self.limit)} on {long_words(self.reached)}. "
            f"Drafting then waits until {end}. Requests and uploads never stop."
        )

    @property
    def month_chart(self) -> SafeString:
        first, days = self.period.first, self.period.days
        steps = [*range(0, days - 3, 7), days]
        marks = [(at, short_day(first + timedelta(days=at), self.today)) for at in steps]
        finding = f"From 0 on {written(first, 'month_day')} to {number(self.used)} today. {self.pace_words}"
        return charts.rising(
            "month", self.points, days, marks, title="Credits used in this period", finding=finding, limit=self.limit
        )

    @property
    def period_words(self) -> str:
        return f"{short_day(self.period.first, self.today)} to {short_day(self.period.next, self.today)}"

    @cached_property
    def weeks(self) -> list[tuple[date, list[Decimal]]]:
        return figures.by_week(self.today, self.period.zone)

    @property
    def act_names(self) -> list[str]:
        return [*ACTS.values(), *(["Other"] if any(parts[-1] for _, parts in self.weeks) else [])]

    @property
    def week_rows(self) -> list[charts.Bar]:
        kinds = len(self.act_names)
        return [charts.Bar(short_day(week, self.today), parts[:kinds]) for week, parts in self.weeks]

    @property
    def week_chart(self) -> SafeString:
        pace = round(self.limit / WEEKS_OF_A_MONTH) if self.limit else None
        rows = self.week_rows
        most = max(rows, key=lambda row: row.total)
        finding = f"Stacked bars for {len(rows)} weeks; the most was {number(most.total)} in the week of {most.label}."
        return charts.bars("weeks", rows, self.act_names, title="Credits used by week", finding=finding, pace=pace)
