"""The forms of a page as a browser would send them: what is drawn in them, and something in each field that must not stay empty."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml.html import document_fromstring

Body = dict[str, list[str]]
SOMETHING = {
    "date": date.today().isoformat(), "datetime-local": f"{date.today()}T12:00", "time": "12:00", "number": "1",
    "email": "somebody@elsewhere.example", "url": "https://elsewhere.example/", "password": "A long enough passphrase",
}  # fmt: skip
WORDS = "Said by the bench"


def forms_of(html: bytes, at: str) -> Iterator[tuple[str, Body | None]]:
    """Where each form that writes goes, and what it says: `None` if it needs a file."""
    page = document_fromstring(html)
    page.make_links_absolute(at)
    for form in page.forms:
        if form.method == "POST" and form.action:
            yield form.action, body_of(form)
        for button in form.xpath(".//button[@formaction and not(@disabled)]"):
            said = body_of(form) if form.method == "POST" else None
            yield button.get("formaction"), said and first_ticked(form) | said


def first_ticked(form: Any) -> Body:
    """What is done to many at once is done to the first."""
    return {
        box.get("name"): [box.get("value", "on")]
        for box in form.xpath("(.//input[@type='checkbox'][@name][@value])[1]")
    }


def body_of(form: Any) -> Body | None:
    """The first button is pressed; of buttons to choose from the first is taken where none is."""
    said: Body = {}
    for name, value in form.form_values():
        said.setdefault(name, []).append(value or "")
    for field in form.inputs:
        if "required" in field.attrib and not any(said.get(field.name, [])):
            if field.get("type") == "file":
                return None
            said[field.name] = [something(field)]
    for button in form.xpath(".//button[@name and not(@disabled)]")[:1]:
        said.setdefault(button.get("name"), []).append(button.get("value", ""))
    return said


def something(field: Any) -> str:
    if field.tag == "select":
        return next((value for value in field.value_options if value), "")
    if field.get("type") in ("radio", "checkbox"):
        return field.get("value", "on")
    return SOMETHING.get(field.get("type", ""), WORDS)
