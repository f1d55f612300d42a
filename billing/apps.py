from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import copying, firm_section, frozen, measures, plan_permissions, subscribing
        from billing.entitlements import entitled, require
        from billing.features import F
        from billing.invoicing import jobs
        from organizations import firm_facts, founding, member_changes, narrowing, seats

        seats.seat_rules.append(lambda used: entitled(F.SEATS, used=used - 1, adding=1).reason)
        seats.seat_rooms.append(lambda: entitled(F.SEATS).room)
        measures.register(F.SEATS, seats.seats_used)
        frozen.register(F.SEATS, seats.nth_seat)
        member_changes.on_seats_changed.append(copying.note_freed)
        narrowing.rules.append(plan_permissions.taken_from)
        narrowing.feature_rules.append(require)
        narrowing.guards.append(plan_permissions.guard)
        founding.on_founded.append(subscribing.begin_trial)
        firm_facts.sections.append(firm_section.plan_and_use)
        subscribing.on_period_begun.append(jobs.ask_for_period)
        subscribing.on_nothing_to_follow.append(jobs.ask_for_rest)
