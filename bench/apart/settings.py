"""A small site twice: with django-tenants, a schema for each firm, or plainly, with all firms in one table."""

import os

from psycopg.conninfo import conninfo_to_dict

IS_APART = os.environ["BENCH_SHAPE"] == "apart"
SECRET_KEY = "measures only"  # noqa: S105
USE_TZ = True
address = conninfo_to_dict(os.environ["BENCH_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend" if IS_APART else "django.db.backends.postgresql",
        **{name.upper(): address[name] for name in ("user", "password", "host", "port") if name in address},
        "NAME": address["dbname"],
    }
}
TENANT_APPS = ["bench.apart.asking"]
SHARED_APPS = ["django_tenants", "django.contrib.contenttypes", "bench.apart.firms"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS] if IS_APART else TENANT_APPS
TENANT_MODEL, TENANT_DOMAIN_MODEL = "firms.Firm", "firms.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"] if IS_APART else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
