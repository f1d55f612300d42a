"""The public site's first words, on its own database."""

from marketing.models import CmsPage
from marketing.seeds import seed_marketing


def ensure_site() -> bool:
    """Whether it was written now: what operators have changed since stays as it is."""
    if CmsPage.objects.exists():
        return False
    seed_marketing()
    return True
