"""Keys of encrypted fields change while the product runs."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from accounts.encryption import blind_index
from accounts.key_rotation import Rotation
from clients.models import Client

pytestmark = pytest.mark.django_db


def test_the_oldest_key_can_go_once_everything_is_encrypted_with_the_newest(cast, settings, monkeypatch):
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    with cast.ours.inside():
        hashed = Client.objects.get(pk=cast.ours.bakery.pk).tax_id_hash
    settings.FIELD_ENCRYPTION_KEYS, settings.FIELD_HASH_KEY = [new, old], old
    fill, broken = Rotation.fill, []

    def once(self, batch):
        if not broken:
            broken.append(True)
            raise ConnectionError("The machine went away.")
        fill(self, batch)

    monkeypatch.setattr(Rotation, "fill", once)
    with pytest.raises(ConnectionError):
        call_command("rotate_keys", stdout=StringIO())
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "clients: finished, 2 rows, 2 of 2 firms finished." in out.getvalue()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert Client.objects.get(pk=firm.bakery.pk).tax_id == "GB123456789"
    with cast.ours.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT tax_id FROM clients WHERE id = %s", [cast.ours.bakery.pk])
        assert Fernet(new).decrypt(cursor.fetchone()[0]) == b"GB123456789"
        assert blind_index("gb 123 456 789", cast.ours.organization.pk) == hashed
