import io
from typing import Any

from django.core.management.base import BaseCommand
from PIL import Image

from marketing.models import CmsMedia
from marketing.pictures import as_seen, tells_more


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they ask of the application's tables, which a process of the site has not
    help = "Take out of the site's older pictures what cameras wrote beside them, such as where they were taken. Once."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for picture_id in CmsMedia.objects.values_list("pk", flat=True):
            content = bytes(CmsMedia.objects.values_list("content", flat=True).get(pk=picture_id))
            if tells_more(content):
                CmsMedia.objects.filter(pk=picture_id).update(**vars(as_seen(Image.open(io.BytesIO(content)))))
                changed += 1
        self.stdout.write(f"{changed} pictures were written anew. Empty what keeps copies in front of the site.")
