"""What the stylesheets leave out of Tabler is what nobody uses."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = """
/* of a library */
.card{a:b}.card .title,.idle .title{a:b}.tone-red{a:b}.size-xl{a:b}
@media (min-width: 9px){.idle{a:b}.card:not(.idle){a:b}}
@keyframes idle{from{a:b}}
"""


@pytest.fixture
def site_css(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    yield __import__("site_css")
    sys.modules.pop("site_css")


def test_rules_stay_whose_classes_are_written_or_put_together(site_css, tmp_path: Path) -> None:
    page, script = tmp_path / "page.html", tmp_path / "script.js"
    page.write_text('<div class="card tone-{{ tone }}"><b class="title"></b></div>')
    script.write_text("row.classList.add(`size-${size}`)")
    kept = site_css.used_css(CSS, [page, script])
    for rule in (".card{", ".card .title{", ".tone-red{", ".size-xl{", "@media (min-width: 9px){.card:not(.idle){"):
        assert rule in kept.replace("\n", "")
    assert ".idle{" not in kept and ".idle .title" not in kept
