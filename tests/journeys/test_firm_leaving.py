"""An owner takes a copy of everything, has the firm deleted, and it is brought back from the copy."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import Site, come_in
from tests.journeys.test_signing_in_safely import confirm

OWNER, OFFICE, NAME = "ngozi@okafor.example", "/o/okafor-bookkeeping", "Okafor Bookkeeping"
#: What goes on being written; and proofs of domains, which are made anew.
OTHERWISE = {
    "audit_logs", "audit_chain_blocks", "audit_chain_checks", "organizations", "organization_domains",
    "organization_memberships",
}  # fmt: skip


def test_an_owner_exports_the_firm_has_it_deleted_and_it_comes_back(
    person: Callable[..., Page], site: Site, tmp_path: Path
) -> None:
    site.wait_for_jobs()  # which write of the demo's documents what they find in them
    owner = come_in(person(), OWNER)
    written = export(owner)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert json.loads(archive.read("tables/organizations.jsonl"))["name"] == NAME

    owner.goto(f"{OFFICE}/firm/")
    owner.get_by_role("link", name="Delete the firm").click()
    expect(owner.get_by_label("The firm’s name")).to_be_visible()
    check_accessibility(owner)
    show_again(owner)
    owner.get_by_label("The firm’s name").fill("Okafor")
    owner.get_by_role("button", name="Delete the firm").click()
    expect(owner.get_by_text(f"This is not the name of the firm: {NAME}.")).to_be_visible()
    ask_for_deletion(owner)
    check_accessibility(owner)
    owner.goto(site.latest_mail(OWNER, pattern=r"https?://\S+/firm/deletion/"))
    owner.get_by_role("button", name="Keep the firm").click()
    expect(owner.get_by_text("The firm stays")).to_be_visible()

    ask_for_deletion(owner)
    site.change("UPDATE firm_deletions SET due_at = now() WHERE cancelled_at IS NULL")
    assert "deleted, certificate" in site.manage("delete_firms")
    answer = owner.goto(f"{OFFICE}/clients/")
    assert answer is not None and answer.status == 404
    certificate = site.mails(OWNER)[-1]
    assert f"{NAME} is deleted" in certificate and "certificate.json" in certificate

    (tmp_path / "firm.zip").write_bytes(written)
    assert "rows" in site.manage("import_firm", str(tmp_path / "firm.zip"))
    owner.goto(f"{OFFICE}/clients/")
    expect(owner.get_by_role("table").get_by_role("link").first).to_be_visible()
    assert differing(tables(written), tables(export(owner))) <= OTHERWISE


def export(owner: Page) -> bytes:
    owner.goto(f"{OFFICE}/firm/")
    owner.get_by_role("link", name="Export the firm").click()
    expect(owner).to_have_url(re.compile("/export"))
    show_again(owner)
    owner.get_by_role("button", name="Export everything").click()
    with owner.expect_download() as download:
        owner.get_by_role("link", name="Download").first.click()
    return Path(download.value.path()).read_bytes()


def show_again(owner: Page) -> None:
    """Where the sign-in was a while ago."""
    again = owner.get_by_role("link", name="show that it is you")
    expect(owner.locator("main form button[type=submit]").or_(again).first).to_be_visible()
    if again.count():
        again.click()
        confirm(owner)


def ask_for_deletion(owner: Page) -> None:
    owner.get_by_label("The firm’s name").fill(NAME)
    owner.get_by_role("button", name="Delete the firm").click()
    expect(owner.get_by_text("This firm is to be deleted")).to_be_visible()


def tables(written: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        contents = json.loads(archive.read("manifest.json"))["contents"]
    return {path: said["sha256"] for path, said in contents.items() if not path.endswith("schema.json")}


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return {path.removeprefix("tables/").removesuffix(".jsonl") for path in paths}
