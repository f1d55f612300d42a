"""What whoever runs Tickmark watches: readiness, figures, logs without people in them, and settings fit for the open net."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.test import Client as Browser

from config.environment import role_url
from config.logs import JsonFormatter
from config.views import health
from tenancy.context import OWNER, surface
from tests.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "marketing"])
REDIS = "tenancy.cache_backend.SharedRedis"


def heartbeat(seconds_ago: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_it_is_ready_while_database_schema_and_worker_are(
    client: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    heartbeat(5)
    answer = client.get("/health/ready/")
    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})
    heartbeat(900)
    answer = client.get("/health/ready/")
    assert answer.status_code == 503 and answer.json()["worker"] == "no sign for 900 s"
    heartbeat(5)
    monkeypatch.setattr(health, "newest", lambda: frozenset({("clients", "9999_not_yet")}))
    answer = client.get("/health/ready/")
    assert answer.status_code == 503 and answer.json()["migrations"] == "1 apps are behind"
    monkeypatch.setattr(health, "newest", lambda: frozenset({("marketing", "9999_not_yet")}))
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = client.get("/health/ready/")
    assert answer.status_code == 503 and answer.json()["migrations of the site"] == "1 apps are behind"
    assert (answer.json()["migrations"], answer.json()["cache"]) == ("ok", "does not answer (ConnectionError)")


def test_machines_ask_by_an_address_that_is_no_host_of_ours(client: Browser) -> None:
    heartbeat(5)
    for place in ("/health/", "/health/ready/", "/metrics/"):
        assert client.get(place, headers={"Host": "10.0.0.7:8000"}).status_code == 200, place
    assert client.get("/firms/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_figures_are_for_this_machine_or_for_whoever_has_the_token(client: Browser, settings: Any, cast: Cast) -> None:
    heartbeat(7)
    client.get(cast.ours.url("today"))
    page = client.get("/metrics/").content.decode()
    assert 'tickmark_requests_total{method="GET",status="302",surface="organization"}' in page
    assert "tickmark_worker_heartbeat_seconds 7" in page and "tickmark_jobs" in page
    assert "harcourt" not in page
    assert client.get("/metrics/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    settings.METRICS_TOKEN = "scrape-me"
    assert client.get("/metrics/").status_code == 404
    assert (
        client.get("/metrics/", headers={"Authorization": "Bearer scrape-me"}, REMOTE_ADDR="192.0.2.7").status_code
        == 200
    )


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def lines() -> Any:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.setLevel(level)
    root.removeHandler(handler)


def test_logs_tell_which_request_and_firm_and_nobody_and_no_secret(cast: Cast, sign_in: Any, lines: Any) -> None:
    owner = sign_in(cast.ours.owner)
    owner.get(cast.ours.url("client_detail", client_id=cast.ours.bakery.pk))
    owner.get(f"/portal/{cast.ours.ana.portal_key}/no-such-page/")
    Browser().get("/invitations/a-secret-in-the-address/nowhere")
    logging.getLogger("any").warning("Mail to ana.ruiz@northwind.example did not arrive.")
    told = [line for line in lines if line["logger"] == "tickmark.requests"]
    assert told[0]["route"] == "organization:clients/<uuid:client_id>/" and told[0]["status"] == 200
    assert told[0]["organization"] == str(cast.ours.organization.pk) and len(told[0]["request"]) == 12
    everything = json.dumps(lines)
    for secret in ("ana.ruiz", "a-secret-in-the-address", cast.ours.ana.portal_key, cast.ours.owner.email, "127.0.0.1"):
        assert secret not in everything


def test_an_error_is_told_without_the_values_it_names(lines: Any) -> None:
    try:
        with surface(OWNER), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO users (id, email) VALUES ('ana.ruiz at northwind', 'x')")
    except Exception:
        logging.getLogger("any").exception("It failed.")
    [line] = [line for line in lines if line["logger"] == "any"]
    assert line["error"]["sqlstate"] == "22P02" and "test_running.py" in " ".join(line["error"]["frames"])
    assert "northwind" not in json.dumps(line)


def test_every_answer_carries_the_headers(cast: Cast, sign_in: Any) -> None:
    """Those that never reach a view, and those that have no end, too."""
    owner, stranger = sign_in(cast.ours.owner), Browser()
    answers = {
        "page": owner.get(cast.ours.url("today")),
        "stream": owner.get(cast.ours.url("live"), {"topic": f"member:{cast.ours.owner.pk}"}),
        "no firm at all": owner.get("/o/"),
        "without its slash": owner.get(cast.ours.url("today").rstrip("/")),
        "too much": stranger.post("/webhooks/stripe/", b"", content_type="application/json"),
        "figures": stranger.get("/metrics/", REMOTE_ADDR="192.0.2.7"),
        "another host": stranger.get("/firms/", headers={"Host": "elsewhere.example"}),
    }
    assert [answer.status_code for answer in answers.values()] == [200, 200, 404, 302, 413, 404, 400]
    for name, answer in answers.items():
        headers = answer.headers
        assert "camera=()" in headers["Permissions-Policy"], name
        assert "default-src 'self'" in headers["Content-Security-Policy"], name
        assert headers["Cross-Origin-Opener-Policy"] == headers["Referrer-Policy"] == "same-origin", name
        assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY"), name
    assert answers["page"].headers["Cross-Origin-Resource-Policy"] == "same-origin"


PRODUCTION = {
    "SECRET_KEY": "only-for-this-test-of-settings-0123456789-abcdefghijklmnopqrstuvwxyz-ABC",
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMtb25seS1rZXktdGVzdHMtb25seS1rZXktMDA=",
    "PUBLIC_URL": "https://app.example.com", "ALLOWED_HOSTS": "app.example.com", "BEHIND_PROXY": "1",
    "REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "config.settings",
}  # fmt: skip


def test_the_settings_of_an_installation_pass_djangos_own_check(tmp_path: Any) -> None:
    admin, name = os.environ["TEST_ADMIN_DATABASE_URL"], configured.DATABASES["default"]["NAME"]
    addresses = {
        f"{word}DATABASE_URL": role_url(admin, f"tickmark_{role}", str(name))
        for word, role in (("", "app"), ("IDENTITY_", "identity"), ("OPERATOR_", "operator"), ("OWNER_", "owner"))
    }
    keep = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], capture_output=True, text=True,
        env={**keep, **PRODUCTION, **addresses, "VAR_DIR": str(tmp_path)}, cwd=configured.BASE_DIR,
    )  # fmt: skip
    assert told.returncode == 0 and "no issues" in told.stdout, told.stderr[-2000:]
    assert '"message"' in told.stderr or not told.stderr  # logs of an installation are for machines
