from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from accounts import deletion, exporting, person_changes, second_factor, sign_up, tokens_middleware
        from organizations import (
            access_tokens,
            invitations,
            people,
            people_jobs,
            platform_settings,
            sign_in_policy,
            standstill,
        )
        from tenancy import jobs

        jobs.standstill_rules.append(standstill.is_suspended)
        person_changes.on_change.append(people.copy_to_memberships)
        person_changes.on_change_later.append(people_jobs.copy_person_later)
        sign_up.open_rules.append(platform_settings.sign_up_open)
        sign_up.invited_rules.append(invitations.invited_address)
        tokens_middleware.kinds[access_tokens.START] = access_tokens.session_of
        exporting.PARTS["memberships"] = ("Your place in each firm", people.memberships_of)
        exporting.PARTS["access_tokens"] = ("Access tokens you made for programs", people.access_tokens_of)
        deletion.obstacle_rules.append(people.last_owner_obstacles)
        second_factor.asked_for.append(sign_in_policy.second_factor_asked_for)
