from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.firm_erasing import due, erase, finish, unfinished
from clients.whole_firm import refuse_without_owner


class Command(BaseCommand):
    help = (
        "Delete the firms whose owners asked for it and whose time to change their mind is over, rows and files, and mail "
        "the certificates. Safe to run again; run it daily."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_owner()
        failed = []
        for wish in due():
            try:
                gone = erase(wish)
            except Exception as error:  # one firm holds up no other
                failed.append(f"{wish.organization_id}: {error}")
                continue
            if gone is None:
                self.stdout.write(f"{wish.organization_id}: not deleted, its owners read why.")
        for gone in unfinished():
            try:
                if finish(gone):
                    self.stdout.write(f"{gone.organization_id}: deleted, certificate {gone.digest}.")
            except Exception as error:  # nor does a store or a mail server that refuses something of it
                failed.append(f"{gone.organization_id}: its files or certificates ({type(error).__name__})")
        if failed:
            raise CommandError("\n".join(["Not done:", *failed]))
