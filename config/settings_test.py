"""Settings of the test suite: one login role that drops to the real roles, transaction by transaction."""

import os
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "dGVzdHMtb25seS1rZXktdGVzdHMtb25seS1rZXktMDA=")
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ["MARKETING_DATABASE_URL"] = os.environ["TEST_MARKETING_DATABASE_URL"]
for name in ("IDENTITY", "OPERATOR", "OWNER", "MARKETING_OWNER"):
    os.environ.pop(f"{name}_DATABASE_URL", None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, INSTALLED_APPS, STORAGES, TENANCY_ALIASES  # noqa: E402

# Keeps two branches from adding a migration to the same app unnoticed; a package of development only.
INSTALLED_APPS += ["django_linear_migrations"]

# Tests run in one connection inside one rolled-back transaction; a surface is a SET LOCAL ROLE instead of an alias.
TENANCY_ALIASES = dict.fromkeys(TENANCY_ALIASES, "default")
TENANCY_ASSUME_ROLES = True
TENANCY_ALLOW_SWITCH_IN_TRANSACTION = True
TENANCY_GUARDED_ALIASES = []
DATABASES["default"] |= {"OPTIONS": {}, "TEST": {"TEMPLATE": os.environ.get("TEST_TEMPLATE", "tickmark_template")}}
DATABASES["marketing"] |= {"OPTIONS": {}, "TEST": {"TEMPLATE": os.environ.get("TEST_MARKETING_TEMPLATE", "template0")}}
if os.environ["TEST_DATABASE_URL"] == os.environ["TEST_MARKETING_DATABASE_URL"]:
    # SET ROLE takes no setting of the role along.
    DATABASES["marketing"]["OPTIONS"] = {"options": "-c search_path=marketing"}
    DATABASES["marketing"]["TEST"] = DATABASES["default"]["TEST"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
PAGE_VIEW_SECONDS = 0.0
SITE_MAIL_AT_ONCE = False
