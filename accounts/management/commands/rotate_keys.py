import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.key_rotation import fingerprint, rotations
from schema_changes.backfill import Runner, state
from schema_changes.management.commands.backfill import STOPPED, stopped_by_signals


class Command(BaseCommand):
    help = (
        "Encrypt again, with the first of FIELD_ENCRYPTION_KEYS, what the others encrypted. Ctrl-C stops it after the "
        "batch; run it again to go on. When it is finished everywhere, the other keys may go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FIELD_ENCRYPTION_KEYS:
            raise CommandError("Set FIELD_ENCRYPTION_KEYS, the new key first.")
        if len(settings.FIELD_ENCRYPTION_KEYS) > 1 and not settings.FIELD_HASH_KEY:
            raise CommandError(
                "Set FIELD_HASH_KEY to the last of FIELD_ENCRYPTION_KEYS: without it, equal values are found by that key, "
                "and no more once it goes."
            )
        self.stdout.write(f"Encrypting with key {fingerprint()}.")
        for rotation in rotations():
            runner = Runner(
                rotation, lambda so_far, name=rotation.name: self.stdout.write(f"{name}: {so_far}"), time.sleep
            )
            with stopped_by_signals(runner):
                finished = runner.run()
            if not finished:
                said = f"{rotation.name}: stopped at {state(rotation)}. Run it again to go on from here."
                raise CommandError(said, returncode=STOPPED)
            self.stdout.write(f"{rotation.name}: finished, {state(rotation)}.")
