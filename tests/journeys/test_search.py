"""Somebody looks for a thing: with the keyboard, without scripts, and without the right to see it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import check_accessibility
from tests.journeys.conftest import come_in
from tests.journeys.test_conversations import FIRM, MAYA, TOMASZ

CARLA = "carla@harcourtpell.example"


def test_a_few_letters_lead_to_what_is_meant(person: Callable[..., Page]) -> None:
    maya = come_in(person(), MAYA)
    maya.goto(FIRM)
    maya.keyboard.press("Control+k")
    field = maya.get_by_role("combobox", name="Search or jump to")
    expect(field).to_be_focused()
    maya.keyboard.type("north rec")
    expect(maya.get_by_role("option", name=re.compile("Aged receivables listing")).first).to_be_visible()
    check_accessibility(maya)

    # What bears the reference comes first, and Enter opens it.
    field.fill("kestrl")
    expect(maya.get_by_role("option", name=re.compile("Kestrel Robotics")).first).to_be_visible()
    field.fill("pbc-007")
    expect(maya.get_by_text("Jump to", exact=True)).to_be_visible()
    expect(field).to_have_attribute("aria-activedescendant", "palette-option-0")
    maya.keyboard.press("Enter")
    expect(maya.locator("h1 .tk-ref")).to_have_text("PBC-007")


def test_without_scripts_the_head_of_the_page_searches(person: Callable[..., Page]) -> None:
    maya = come_in(person(java_script_enabled=False), MAYA)
    maya.goto(FIRM)
    maya.get_by_role("searchbox", name="Search or jump to").fill("bank")
    maya.keyboard.press("Enter")
    expect(maya.locator(".tk-hits mark").first).to_have_text(re.compile("bank", re.I))
    check = maya.get_by_role("navigation", name="What was found").get_by_role("link", name=re.compile("Requests"))
    check.click()
    expect(maya.get_by_text("newest first")).to_be_visible()


def test_who_may_see_nothing_of_clients_finds_and_counts_nothing(person: Callable[..., Page]) -> None:
    carla = come_in(person(), CARLA)
    carla.goto(f"{FIRM}search/?q=northwind")
    expect(carla.get_by_text("Nothing matches “northwind”")).to_be_visible()
    expect(carla.get_by_text(re.compile("Northwind Bakeries"))).to_have_count(0)
    carla.keyboard.press("Control+k")
    carla.keyboard.type("northwind")
    expect(carla.locator("[data-palette-status]")).to_have_text("No results")
    expect(carla.get_by_role("option")).to_have_count(0)


def test_two_who_look_at_one_thing_see_each_other(person: Callable[..., Page]) -> None:
    maya, tomasz = come_in(person(), MAYA), come_in(person(), TOMASZ)
    maya.goto(f"{FIRM}search/?q=pbc-007")
    address = maya.locator(".tk-hit").first.get_attribute("href")
    assert address
    maya.goto(address)
    expect(maya.locator("[data-presence] .avatar")).to_have_count(0)
    tomasz.goto(address)
    expect(maya.get_by_role("img", name="Tomasz Łuczak")).to_be_visible()
    expect(tomasz.get_by_role("img", name="Maya Okafor")).to_be_visible()
    check_accessibility(maya)
    tomasz.goto(FIRM)
    expect(maya.get_by_role("img", name="Tomasz Łuczak")).to_have_count(0)
