import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from marketing import outage, page_cache
from marketing.models import BlogPost, CmsPage


@pytest.fixture(autouse=True)
def no_page_remembered(monkeypatch):
    monkeypatch.setattr(page_cache, "PREFIX", uuid.uuid4().hex)


@pytest.fixture(autouse=True)
def no_outage_remembered(monkeypatch):
    monkeypatch.setattr(outage, "_silent_until", 0.0)


@pytest.fixture
def make_post():
    def make(slug="ask-for-the-thing", *, days_ago=1, **fields):
        values = {
            "title": slug.replace("-", " ").capitalize(), "summary": f"About {slug}.", "author_name": "Ida Wright",
            "body": "Plain words.", "status": "published", "published_at": timezone.now() - timedelta(days=days_ago),
        }  # fmt: skip
        return BlogPost.objects.create(slug=slug, **values | fields)

    return make


@pytest.fixture
def draft(make_post):
    return make_post("not-ready", status="draft", published_at=None)


@pytest.fixture
def page():
    return CmsPage.objects.create(
        slug="privacy", title="Privacy", summary="What we keep.", body="## Cookies\n\nNone here.",
        status="published", published_at=timezone.now(),
    )  # fmt: skip
