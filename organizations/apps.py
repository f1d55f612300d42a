from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from accounts import deletion, person_changes
        from organizations import people, standstill
        from tenancy import jobs

        jobs.standstill_rules.append(standstill.is_suspended)
        person_changes.on_change.append(people.copy_to_memberships)
        deletion.obstacle_rules.append(people.last_owner_obstacles)
