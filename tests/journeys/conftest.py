"""A real installation for the browser: `config.dev` with a database of its own, its web server and its worker."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from config.demo.people import PASSWORD
from config.environment import KEPT_FROM_SERVERS, development
from config.localpg import LocalServer
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider
from tests.stripe_double import KEY as STRIPE_KEY
from tests.stripe_double import SECRET as STRIPE_SECRET
from tests.stripe_double import StripeDouble

ROOT = Path(__file__).resolve().parents[2]
QUIET = [
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-gpu",
]  # fmt: skip
START_SECONDS = int(os.environ.get("JOURNEY_START_SECONDS", "600"))
# Address of a member → the cookies of their last visit.
SIGNED_IN: dict[str, Any] = {}
# What people do to a page they see: by then its scripts have begun to listen.
DEEDS = ("check", "click", "drag_to", "element_handle", "fill", "focus", "press", "select_option", "set_input_files")
# Far more than anything takes: the journeys run beside the other tests.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)


@dataclass
class Site:
    port: int
    folder: Path
    provider: OidcProvider
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    def start(self) -> None:
        log = self.folder / "output"
        with log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.dev"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_for(f"{self.url}/health/", self.process, log)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def kill_database(self) -> None:
        """At once, in the middle of whatever it does."""
        os.kill(int((LocalServer(self.folder).data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def kill_servers(self) -> None:
        """Web and worker, each with its children, and what would mind them."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [line.split() for line in listed.splitlines()]
        for pid in [int(pid) for pid, parent in pairs if int(parent) == self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def latest_mail(self, to: str, *, pattern: str = r"https?://\S+") -> str:
        """The first match in the newest mail to an address; waits for the worker to send it."""
        for _ in range(600):
            for path in sorted(self.mail.glob("*"), key=lambda found: found.stat().st_mtime, reverse=True):
                text = path.read_text(errors="replace").replace("=\n", "").replace("=3D", "=")
                if f"To: {to}" in text and (match := re.search(pattern, text.partition("\n\n")[2])):
                    return match.group(0)
            time.sleep(0.2)
        raise AssertionError(f"No mail to {to} came.")

    def mails(self, to: str) -> list[str]:
        """Oldest first, as they were sent."""
        written = sorted(self.mail.glob("*"), key=lambda found: found.stat().st_mtime)
        return [text for path in written if f"To: {to}" in (text := path.read_text(errors="replace"))]

    def wait_for_jobs(self) -> None:
        """Until none is due: those of the demo's own data go on for a while after it has started."""
        due = (
            "SELECT 1 FROM procrastinate_jobs "
            "WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at <= now(), true)"
        )
        for _ in range(600):
            with self.connection() as connection:
                if connection.execute(due).fetchone() is None:
                    return
            time.sleep(0.2)
        raise AssertionError("The jobs that are due were not done.")

    def let_time_pass(self) -> None:
        """Jobs that wait for their hour are due now; the worker looks every few seconds."""
        self.change("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")

    def change(self, statement: str) -> None:
        """As time would."""
        with self.connection() as connection:
            connection.execute(statement.encode())

    def connection(self) -> psycopg.Connection:
        database = LocalServer(self.folder).admin_url.removesuffix("postgres") + "tickmark"
        return psycopg.connect(database, autocommit=True)

    def manage(self, *command: str) -> str:
        """What whoever runs the installation calls, with the owners' addresses; what it prints."""
        environment = self.environment | development(self.folder, LocalServer(self.folder).admin_url)
        run = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def forget_mail(self) -> None:
        for path in self.mail.glob("*"):
            path.unlink()


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcProvider]:
    """Where the people of the site may sign in too: a real provider on loopback."""
    with OidcProvider().running() as running:
        yield running


@pytest.fixture(scope="session")
def stripe() -> Iterator[StripeDouble]:
    """Where firms pay by card."""
    with StripeDouble() as double:
        yield double


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, provider: OidcProvider, stripe: StripeDouble) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hidden = (*KEPT_FROM_SERVERS, "DATABASE_URL", "MARKETING_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"VAR_DIR": str(folder), "PORT": str(port), "NO_RELOAD": "1"}
    environment |= {
        "OIDC_OKTA_ISSUER": provider.issuer,
        "OIDC_OKTA_CLIENT_ID": CLIENT_ID,
        "OIDC_OKTA_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_OKTA_LABEL": "Harcourt ID",
    }
    environment |= {
        "STRIPE_SECRET_KEY": STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": STRIPE_SECRET, "STRIPE_API_BASE": stripe.url,
    }  # fmt: skip
    stripe.webhook = f"http://localhost:{port}/webhooks/stripe/"
    running = Site(port, folder, provider, environment)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 5):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"The site did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": [*QUIET, *as_root]}


@pytest.fixture(scope="session", autouse=True)
def nobody_is_faster_than_a_page() -> Iterator[None]:
    """Playwright acts as soon as an element is there, on a busy machine before the page's scripts are."""

    def once_loaded(do: Callable[..., Any]) -> Callable[..., Any]:
        def wait_and_do(locator: Locator, *args: Any, **options: Any) -> Any:
            locator.page.wait_for_load_state("load")
            return do(locator, *args, **options)

        return wait_and_do

    with pytest.MonkeyPatch.context() as patch:
        for name in DEEDS:
            patch.setattr(Locator, name, once_loaded(getattr(Locator, name)))
        yield


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`person()` is a browser of somebody's own; what its console complains of fails the test, unless it expects that."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_browser(*, expects_faults: bool = False, **options: Any) -> Page:
        usual: dict[str, Any] = {
            "base_url": site.url,
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
            "locale": "en-GB",
        }
        context = browser.new_context(**usual | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if expects_faults:
            return page
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    expected = ("422 (", "409 (", "404 (", "403 (", "410 (", "net::ERR_CONNECTION_RESET")
    assert [text for text in complaints if not any(status in text for status in expected)] == []


def come_in(page: Page, email: str) -> Page:
    """A browser in which somebody of the demo has signed in: by their password the first time, then as one still signed in.
    Where they go first is for the journey to say."""
    page.context.add_cookies(SIGNED_IN.get(email, []))
    if page.request.get("/accounts/login/", max_redirects=0).status == 200:  # whoever is signed in is led on
        page.goto("/accounts/login/")
        page.get_by_label("Work email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(r"/(o|firms)/"))
        SIGNED_IN[email] = page.context.cookies()
    return page
