"""The portal is whole in every language it offers: nothing unmarked, untranslated, stale, or compiled from elsewhere."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from config import catalogues
from config.catalogues import ROOT, faults, gathered, mo_bytes, stored, updated

#: What a client's contact reads. Pages of the firm are in English.
FOLDERS = ["templates/portal", "templates/mail"]
OF_THE_FIRM = ("templates/portal/staff/",)
MAILS = "portal_"
#: Read aloud in every language as they are.
NAMES = {"SHA", "Tickmark"}


def portal_templates() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.*"))]
    shown = [path for path in found if not path.relative_to(ROOT).as_posix().startswith(OF_THE_FIRM)]
    return [path for path in shown if "mail" not in path.parts or path.name.startswith(MAILS)] + [
        ROOT / "templates/layouts/portal.html"
    ]


def unmarked(text: str) -> list[str]:
    """The words of a template that no `translate` holds: in the page, and in what is read aloud of it."""
    text = re.sub(r"{% *blocktranslate.*?endblocktranslate *%}", " ", text, flags=re.S)
    text = re.sub(r"{[%{#].*?[#}%]}", " ", text, flags=re.S)
    aloud = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    shown = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S)
    words = re.findall(r"[A-Za-z]{2,}", " ".join([re.sub(r"<[^>]*>", " ", shown), *aloud]))
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("path", portal_templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_word_of_the_portal_is_marked(path: Path) -> None:
    assert unmarked(path.read_text()) == []


def test_an_unmarked_word_is_found() -> None:
    assert unmarked('<p title="Hello">{% translate "Marked" %} Forgotten {{ name }}</p>') == ["Forgotten", "Hello"]


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_catalogue_is_complete_and_compiled(language: str) -> None:
    assert faults(language, gathered()) == []


def test_what_is_missing_or_stale_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, path = gathered(), tmp_path / "django.po"
    text = catalogues.po_path("de").read_text()
    text = text.replace('msgstr "Ihre Unterlagen öffnen"', 'msgstr ""')
    text = text.replace('msgstr "Dateien sieht nur %(firm)s."', 'msgstr "Dateien sieht nur %(name)s."')
    path.write_text(f'{text}\nmsgid "Said no more"\nmsgstr "Nicht mehr gesagt"\n')
    monkeypatch.setattr(catalogues, "po_path", lambda language: path)
    assert faults("de", words) == [
        "In the catalogue and nowhere else: Said no more",
        "Its placeholders differ: Files are seen only by %(firm)s.",
        "Not translated: Open your documents",
    ]


def test_another_compiled_catalogue_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, path = gathered(), tmp_path / "django.po"
    path.write_bytes(catalogues.po_path("de").read_bytes())
    path.with_suffix(".mo").write_bytes(mo_bytes(updated("de", words))[:-1] + b"x")
    monkeypatch.setattr(catalogues, "po_path", lambda language: path)
    assert faults("de", words) == ["The compiled catalogue is not that of the written one."]


def test_django_reads_the_compiled_catalogue_and_its_plurals() -> None:
    with translation.override("de"):
        assert translation.gettext("Open your documents") == "Ihre Unterlagen öffnen"
        one, more = (translation.ngettext("%(count)s thing", "%(count)s things", count) for count in (1, 2))
        assert (one, more) == ("%(count)s Unterlage", "%(count)s Unterlagen")
    assert len(stored("de")) > 200
