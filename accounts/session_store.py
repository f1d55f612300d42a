"""Django sessions kept in `user_sessions`: devices, expiry and revocation are one truth."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import connections
from django.utils import timezone

from accounts.models import UserSession
from tenancy.context import IDENTITY, acting_as, alias_for, current

SEEN_EVERY = timedelta(minutes=5)


def token_hash(key: str | None) -> bytes:
    return hashlib.sha256((key or "").encode()).digest()


class SessionStore(SessionBase):
    """The cookie holds the key, the table its SHA-256; whoever reads the table cannot sign in with it."""

    @classmethod
    def clear_expired(cls) -> None:
        UserSession.objects.filter(expires_at__lt=timezone.now()).delete()

    def load(self) -> dict[str, Any]:
        row = self._row(self.session_key) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        session_id, user_id, data, last_seen_at = row
        if user_id and timezone.now() - last_seen_at > SEEN_EVERY:
            self._touch(session_id, user_id)
        return self.decode(data)

    def exists(self, session_key: str) -> bool:
        return self._row(session_key) is not None

    def create(self) -> None:
        self._session_key = self._get_new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)
        values = {
            "session_data": self.encode(data),
            "expires_at": self.get_expiry_date(),
            "user_id": uuid.UUID(data[SESSION_KEY]) if SESSION_KEY in data else None,
        }
        if must_create:
            self._write(values["user_id"], lambda: UserSession.objects.create(**self._device(), **values))
        elif not self._write(values["user_id"], lambda: self._mine().update(**values)):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        # Asked of the row: flush() has emptied the data by now, and only the row's own person may delete it.
        if key and (row := self._row(key)):
            self._write(row[1], lambda: UserSession.objects.filter(token_hash=token_hash(key)).delete())

    def _mine(self) -> Any:
        return UserSession.objects.filter(token_hash=token_hash(self.session_key), revoked_at=None)

    def _device(self) -> dict[str, Any]:
        facts = current().facts
        return {
            "token_hash": token_hash(self.session_key),
            "ip_address": facts.get("ip"),
            "user_agent": facts.get("agent", "")[:300],
        }

    def _row(self, session_key: str) -> tuple[uuid.UUID, uuid.UUID | None, str, Any] | None:
        # Nobody is known yet: the function answers for one exact hash. See tenancy.definer.
        with connections[alias_for(current().surface)].cursor() as cursor:
            cursor.execute("SELECT * FROM app.session_by_token(%s)", [token_hash(session_key)])
            return cursor.fetchone()

    def _touch(self, session_id: uuid.UUID, user_id: uuid.UUID) -> None:
        self._write(user_id, lambda: UserSession.objects.filter(pk=session_id).update(last_seen_at=timezone.now()))

    @staticmethod
    def _write(user_id: Any, write: Any) -> Any:
        """As the sign-in role directly; elsewhere only under the policy of the session's own person."""
        if current().surface == IDENTITY:
            return write()
        with acting_as(user_id):
            return write()
