"""What lies outside the database: cached values, stored files, answers that somebody in between might keep."""

import base64
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache as shared
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.test import Client as Browser

from clients import import_files
from clients.client_import import go_on
from clients.models import (
    Client,
    ClientImport,
    DocumentContent,
    DocumentVersion,
    EvidencePackage,
    FirmExport,
    PartialUpload,
)
from clients.storage import new_storage_key
from organizations.mail_limits import may_send
from portal.mail_limits import MOST_AN_HOUR, may_mail
from tenancy import cache
from tenancy.context import TenantError
from tests.architecture.sources import PYTHON, TEMPLATES, relative
from tests.cast import PDF, Cast, Firm, in_portal, keep_file, signed_in
from tests.isolation.pages import ORGANIZATION_PAGES, PORTAL_PAGES, Page, our_objects
from tests.isolation.rows import MODELS, as_owner, run
from workspaces.models import BinderCopy

pytestmark = pytest.mark.django_db
SECRET = b"%PDF-1.4 only theirs"


def body(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


# --- caches -----------------------------------------------------------------------------------------------------

DATABASE = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}


@pytest.mark.parametrize("store", ["local_memory", "database"])
@pytest.mark.parametrize("key", ["number", "", "org:", "x:y", "ключ", "a" * 150])
def test_a_key_means_another_value_in_every_firm(cast: Cast, settings: Any, store: str, key: str) -> None:
    if store == "database":
        settings.CACHES = DATABASE
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert cache.get(key) is None
            cache.put(key, firm.organization.name, seconds=60)
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert cache.get(key) == firm.organization.name
            cache.drop(key)
            assert cache.get(key) is None


def test_another_firms_full_key_reaches_nothing(cast: Cast) -> None:
    with cast.theirs.inside():
        cache.put("secret", "theirs", seconds=60)
        full = cache.tenant_key("secret")
    assert shared.get(full) == "theirs"
    with cast.ours.inside():
        for key in (full, f"../{full}", full.removeprefix("org:"), "secret"):
            assert cache.get(key) is None


def test_nothing_is_cached_but_through_the_firms_keys() -> None:
    """Django's cache, its page cache and cached template fragments know no firm."""
    words = ("django.core.cache", "cache_page")
    allowed = {"tenancy/cache.py", "tenancy/cache_backend.py", "conftest.py"}
    allowed |= {
        "accounts/sign_in_lock.py",
        "accounts/second_factor.py",
        "accounts/call_limits.py",
    }  # of a person, before any firm
    allowed |= {"accounts/oidc.py"}  # where a provider's pages are: of the installation
    allowed |= {"config/database_settings.py", "config/views/health.py"}  # which there are, and whether they answer
    product = [path for path in PYTHON if "/tests/" not in f"/{relative(path)}" and relative(path) not in allowed]
    used = {relative(path) for path in product if any(word in path.read_text() for word in words)}
    assert {path for path in used if not path.startswith(("config/settings", "marketing/", "bench/"))} == set()
    assert [relative(path) for path in TEMPLATES if "{% cache" in path.read_text()] == []


def test_mails_asked_for_at_the_same_moment_are_all_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has seen yet what the others have written."""
    monkeypatch.setattr(cache, "get", lambda key, default=None: default)
    for firm in (cast.ours, cast.theirs):
        with firm.inside():
            assert [may_send("invitation", "ana@bakery.example", most=2) for _ in range(3)] == [True, True, False]
            assert [may_mail(cast.ours.ana, "link") for _ in range(MOST_AN_HOUR + 1)].count(False) == 1


def test_mails_are_counted_by_firm(cast: Cast) -> None:
    """The same contact id in another firm has a count of its own."""
    with cast.theirs.inside():
        assert [may_mail(cast.theirs.ana, "link") for _ in range(MOST_AN_HOUR + 1)] == [True] * MOST_AN_HOUR + [False]
    with cast.ours.inside():
        assert may_mail(cast.theirs.ana, "link")


def kept_answers() -> list[tuple[str, Page]]:
    """One page of each kind: those that name no row, and those that hand out files or say themselves what may be kept."""
    of_surface = {"firm": ORGANIZATION_PAGES, "portal": PORTAL_PAGES}
    return [
        (surface, place)
        for surface, places in of_surface.items()
        for place in places
        if not place.objects or any(word in place.name for word in ("download", "preview", "brand"))
    ]


@pytest.mark.parametrize(
    ("surface", "place"), kept_answers(), ids=lambda value: value.name if isinstance(value, Page) else value
)
@pytest.mark.usefixtures("undrawn")
def test_no_answer_is_kept_in_between(cast: Cast, surface: str, place: Page) -> None:
    """A proxy that keeps answers would hand one firm's page to the next."""
    browser = cast.browser(cast.ours.owner) if surface == "firm" else in_portal(cast.ours)
    keep_file(cast.ours)
    address = cast.ours.url if surface == "firm" else cast.ours.portal
    answer = browser.get(address(place.name, **next(our_objects(place, cast.ours))))
    rules = {rule.strip().partition("=")[0] for rule in answer.headers["Cache-Control"].split(",")}
    assert "private" in rules and "public" not in rules and "s-maxage" not in rules


def test_the_shared_table_of_values_holds_no_words_of_a_firm(cast: Cast, settings: Any) -> None:
    """It lies outside the firms: whoever reads it learns that there is a value, not what it says."""
    settings.CACHES |= DATABASE
    url = cast.ours.url("invitation_list")
    answer = cast.browser(cast.ours.owner).post(
        url, {"emails": "someone@elsewhere.example", "role": "member"}, follow=True
    )
    assert "someone@elsewhere.example" in answer.text
    kept = [base64.b64decode(value) for (value,) in run("SELECT value FROM cache_entries")]
    assert kept and not any(b"elsewhere" in value for value in kept)


# --- files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(cast: Cast) -> Iterator[str]:
    """A file of theirs in the store, and its key."""
    with cast.theirs.inside():
        key = default_storage.save(new_storage_key(), ContentFile(SECRET))
        DocumentVersion.objects.filter(pk=cast.theirs.version.pk).update(storage_key=key)
    yield key
    default_storage.delete(key)


def addresses(firm: Firm) -> list[str]:
    return [
        firm.url("document_download", document_id=firm.document.pk),
        firm.url("document_preview", document_id=firm.document.pk),
        f"{firm.url('document_download', document_id=firm.document.pk)}?version=1",
    ]


def mixed_addresses(cast: Cast) -> list[str]:
    """Their file, asked for under our address."""
    return [
        cast.ours.url("document_download", document_id=cast.theirs.document.pk),
        cast.ours.url("document_preview", document_id=cast.theirs.document.pk),
        cast.ours.url("document_download", document_id=cast.theirs.version.pk),
        f"{cast.ours.url('document_download', document_id=cast.theirs.document.pk)}?version=1",
        cast.ours.portal("portal_download", version_id=cast.theirs.version.pk),
    ]


HEADERS = {
    "plain": {},
    "range": {"Range": "bytes=0-9"},
    "suffix_range": {"Range": "bytes=-5"},
    "if_range": {"Range": "bytes=0-1", "If-Range": '"x"'},
    "if_none_match": {"If-None-Match": "*"},
    "if_modified_since": {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
}


@pytest.mark.parametrize("verb", ["get", "head"])
@pytest.mark.parametrize("headers", HEADERS)
def test_another_firms_file_is_like_none(cast: Cast, stored: str, verb: str, headers: str) -> None:
    """Same status, same headers, whether the file is theirs or nobody's."""
    owner, ana = signed_in(cast.ours.owner), in_portal(cast.ours)
    places = [*mixed_addresses(cast), *addresses(cast.theirs)]
    for browser, place in [(ana if "/portal/" in place else owner, place) for place in places]:
        answer = getattr(browser, verb)(place, headers=HEADERS[headers])
        assert answer.status_code == 404 and SECRET not in body(answer)
        assert not answer.has_header("Content-Range") and not answer.has_header("X-Accel-Redirect")
    said = [
        getattr(owner, verb)(cast.ours.url("document_download", document_id=pk), headers=HEADERS[headers])
        for pk in (cast.theirs.document.pk, uuid.uuid4())
    ]
    assert dict(said[0].headers) == dict(said[1].headers)


@pytest.mark.parametrize("headers", HEADERS)
def test_our_own_file_is_ours_whatever_part_is_asked_for(cast: Cast, headers: str) -> None:
    keep_file(cast.ours)
    answer = signed_in(cast.ours.owner).get(addresses(cast.ours)[0], headers=HEADERS[headers])
    assert answer.status_code in (200, 206) and body(answer) in PDF


@pytest.mark.parametrize(
    "base", ["", "static", "media", "files", "documents", "org", "var/files", "static/../var/files"]
)
def test_a_guessed_key_is_no_address(cast: Cast, stored: str, base: str) -> None:
    for browser in (Browser(), signed_in(cast.ours.owner), signed_in(cast.theirs.owner), in_portal(cast.ours)):
        for prefix in ("/", cast.ours.url("today"), cast.ours.portal("portal_entry")):
            answer = browser.get(f"{prefix}{base}/{stored}".replace("//", "/"))
            assert SECRET not in body(answer) and answer.status_code in (302, 404)


DETOURS = ["{theirs}", "org/{ours}/../{folder}", "org/{ours}/./../{folder}", "./{theirs}", "/{theirs}"]
COLUMNS = [
    (DocumentVersion, "version", "storage_key"), (DocumentContent, "content", "thumbnail_key"),
    (EvidencePackage, "package", "storage_key"), (PartialUpload, "partial_upload", "folder"),
    (BinderCopy, "copy", "storage_key"), (FirmExport, "firm_export", "storage_key"),
]  # fmt: skip
#: Text columns that sound alike and are no files, or whose files are looked for in the firm's, or person's, own folder only.
GUARDED_BY_READER = {
    ("client_imports", "import_key"), ("organizations", "logo"), ("organization_memberships", "avatar"),
}  # fmt: skip
NO_FILES = {
    ("client_contacts", "portal_key"), ("client_magic_link_tokens", "next_path"), ("credit_reservations", "key"),
    ("usage_event_keys", "key"), ("workpapers", "sort_key"),
}  # fmt: skip


def test_every_column_that_names_a_file_is_asked_about() -> None:
    sounds = re.compile(r"(_|^)(key|folder|path|file|logo|avatar)$")
    found = {
        (table, field.column)
        for table, model in MODELS.items()
        for field in model._meta.local_fields
        if sounds.search(field.column) and type(field) is CharField
    }
    assert found - NO_FILES == {(model._meta.db_table, column) for model, _, column in COLUMNS} | GUARDED_BY_READER


def detoured(cast: Cast, stored: str, detour: str) -> str:
    return detour.format(theirs=stored, ours=cast.ours.organization.pk, folder=stored.removeprefix("org/"))


@pytest.mark.parametrize(("model", "row", "column"), COLUMNS, ids=lambda value: getattr(value, "__name__", value))
def test_no_row_of_ours_can_name_their_file(cast: Cast, stored: str, model: Any, row: str, column: str) -> None:
    """Jobs scan, read, copy and delete the files their rows name."""
    for detour in DETOURS:
        with cast.ours.inside(), pytest.raises(IntegrityError, match="_own_folder"), transaction.atomic():
            model.objects.filter(pk=getattr(cast.ours, row).pk).update(**{column: detoured(cast, stored, detour)})


@pytest.mark.parametrize("detour", DETOURS)
@pytest.mark.parametrize("accelerated", [False, True], ids=["streamed", "web_server"])
def test_a_row_of_ours_that_names_their_key_gives_nothing(
    cast: Cast, settings: Any, stored: str, detour: str, accelerated: bool
) -> None:
    """The disk knows no firm: the key is checked once more before the file is served, should the database not have."""
    settings.X_ACCEL_REDIRECT_PREFIX = "/protected" if accelerated else ""
    as_owner("ALTER TABLE document_versions DROP CONSTRAINT document_versions_own_folder")
    with cast.ours.inside():
        key = detoured(cast, stored, detour)
        DocumentVersion.objects.filter(pk=cast.ours.version.pk).update(storage_key=key)
    for browser, place in (
        (signed_in(cast.ours.owner), addresses(cast.ours)[0]),
        (signed_in(cast.ours.owner), addresses(cast.ours)[1]),
        (in_portal(cast.ours), cast.ours.portal("portal_download", version_id=cast.ours.version.pk)),
    ):
        answer = browser.get(place)
        assert answer.status_code == 404 and SECRET not in body(answer)
        assert not answer.has_header("X-Accel-Redirect")


def test_a_key_names_its_firm_and_cannot_be_made_outside_one(cast: Cast) -> None:
    with cast.ours.inside():
        keys = {new_storage_key() for _ in range(20)}
    assert len(keys) == 20 and all(key.startswith(f"org/{cast.ours.organization.pk}/") for key in keys)
    with pytest.raises(TenantError):
        new_storage_key()


def test_the_store_gives_no_address(stored: str) -> None:
    with pytest.raises(NotImplementedError):
        default_storage.url(stored)


@pytest.mark.parametrize("reader", ["other_firm", "same_person_other_purpose", "colleague"])
def test_a_file_kept_for_an_import_opens_for_who_sent_it_alone(cast: Cast, reader: str) -> None:
    upload = SimpleUploadedFile("clients.csv", b"name\nOnly theirs\n")
    with cast.theirs.inside():
        token = import_files.keep(upload, by=cast.theirs.owner, purpose="clients")
        kept = import_files.find(token, by=cast.theirs.owner, purpose="clients")
    firm, by, purpose = {
        "other_firm": (cast.ours, cast.ours.owner, "clients"),
        "same_person_other_purpose": (cast.theirs, cast.theirs.owner, "requests"),
        "colleague": (cast.theirs, cast.theirs.admin, "clients"),
    }[reader]
    with firm.inside(), pytest.raises(import_files.FileGone):
        import_files.find(token, by=by, purpose=purpose)
    default_storage.delete(kept.key)


def test_an_import_that_names_another_firms_file_reads_nothing(cast: Cast) -> None:
    """In a job nobody sees, by a row that should not be possible."""
    with cast.theirs.inside():
        kept = import_files.keep(
            SimpleUploadedFile("clients.csv", b"name\nOnly theirs\n"), by=cast.theirs.owner, purpose="x"
        )
        key = import_files.find(kept, by=cast.theirs.owner, purpose="x").key
    for named in (key, f"imports/{cast.ours.organization.pk}/../{key.removeprefix('imports/')}"):
        with cast.ours.inside(), transaction.atomic():
            ClientImport.objects.filter(pk=cast.ours.client_import.pk).update(import_key=named, status="running")
            assert go_on(cast.ours.client_import.pk) is False
            assert ClientImport.objects.get(pk=cast.ours.client_import.pk).problem.startswith("The file is gone")
            assert not Client.objects.filter(name="Only theirs").exists()
    default_storage.delete(key)


@pytest.mark.parametrize("step", ["client_import_preview", "client_import_run", "client_import_failures"])
def test_another_firms_import_goes_on_nowhere_else(cast: Cast, step: str) -> None:
    file = SimpleUploadedFile("clients.csv", b"name\nOnly theirs\n", content_type="text/csv")
    theirs, ours = signed_in(cast.theirs.owner), signed_in(cast.ours.owner)
    preview = theirs.post(cast.theirs.url("client_import"), {"file": file}, follow=True)
    token = preview.context["token"]
    assert b"Only theirs" in preview.content
    page = (ours.post if step == "client_import_run" else ours.get)(cast.ours.url(step), {"file": token}, follow=True)
    assert page.redirect_chain == [(cast.ours.url("client_import"), 302)]
    assert b"Only theirs" not in page.content
    with cast.ours.inside():
        assert Client.objects.count() == 1
