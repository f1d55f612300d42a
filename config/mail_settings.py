"""How mails leave: files in development, a server by MAIL_HOST."""

from pathlib import Path
from typing import Any

#: Around the real one: writes down which mails left.
LOGGED = "accounts.mail_log.LoggedBackend"


def mailer(env: Any, folder: Path) -> dict[str, Any]:
    if not env.str("MAIL_HOST", default=""):
        inner = "django.core.mail.backends.filebased.EmailBackend"
        return {"BACKEND": LOGGED, "OPTIONS": {"inner": inner, "file_path": str(folder)}}
    return {
        "BACKEND": LOGGED,
        "OPTIONS": {
            "inner": "django.core.mail.backends.smtp.EmailBackend",
            "host": env.str("MAIL_HOST"),
            "port": env.int("MAIL_PORT", default=587),
            "username": env.str("MAIL_USER", default=""),
            "password": env.str("MAIL_PASSWORD", default=""),
            "use_tls": env.bool("MAIL_TLS", default=True),
            # Jobs mail inside a transaction, and an idle one is ended after 30 seconds.
            "timeout": env.int("MAIL_TIMEOUT", default=10),
        },
    }
