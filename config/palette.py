"""What the palette offers beside what is found: the pages of the navigation, and what can be made."""

from collections.abc import Iterator

from django.urls import reverse

from config.context_processors import navigation, new_menu
from search.actions import Action
from search.question import Question


def of_the_frame(question: Question) -> Iterator[Action]:
    for section in navigation("", question.member):
        for item in section["items"]:
            yield Action(f"Go to {item['label'].lower()}", item["url"], item["icon"])
    for made in new_menu(question.member):
        yield Action(f"New {made['label'].lower()}", made["url"], "plus")
    yield Action("Go to notification settings", reverse("notification_settings"), "settings")
