from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import email_changed

        from accounts import claimed_addresses, ending_sessions, person_changes, sign_in_trail

        sign_in_trail.connect()
        claimed_addresses.connect()
        ending_sessions.connect()
        email_changed.connect(person_changes.person_changed, dispatch_uid="accounts.person_changed")
