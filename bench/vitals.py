"""What a visitor's browser pays for each page of the public site: bytes, requests, Core Web Vitals. The product runs already:

bin/dev & python -m bench.vitals http://localhost:8000
"""

import shutil
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

from playwright.sync_api import Page, sync_playwright

#: What no page may go over, on a phone's screen and without a cache. The vitals are the lines of “good”, at web.dev/vitals.
MOST_REQUESTS, MOST_BYTES, MOST_LCP, MOST_CLS = 12, 350_000, 2_500, 0.1
PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
OBSERVE = """
window.vitals = {lcp: 0, cls: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) vitals.lcp = e.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) vitals.cls += e.value; })
  .observe({type: "layout-shift", buffered: true});
"""
READ = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)));
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {...vitals, requests: all.length, bytes: all.reduce((sum, e) => sum + (e.encodedBodySize || 0), 0)};
}"""


@dataclass(frozen=True)
class Cost:
    path: str
    requests: int
    bytes: int
    lcp: float
    cls: float

    @property
    def is_good(self) -> bool:
        cheap = self.requests <= MOST_REQUESTS and self.bytes <= MOST_BYTES
        return cheap and self.lcp <= MOST_LCP and self.cls <= MOST_CLS

    def __str__(self) -> str:
        return f"{self.path:48}{self.requests:4} requests{self.bytes / 1000:8.0f} kB   LCP {self.lcp:5.0f} ms   CLS {self.cls:.3f}"


def public_paths(url: str) -> list[str]:
    """Whatever the site's own map names."""
    with urlopen(f"{url}/sitemap.xml") as answer:  # noqa: S310 (the address this was started with)
        return [urlsplit(place.text or "").path for place in ElementTree.fromstring(answer.read()).iter(PLACE)]  # noqa: S314


def measure(page: Page, path: str) -> Cost:
    """Of a page in a new browser, in which `OBSERVE` runs before the page does."""
    page.goto(path, wait_until="load")
    read = page.evaluate(READ)
    return Cost(path, read["requests"], read["bytes"], read["lcp"], read["cls"])


def main() -> None:
    url = sys.argv[1].rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=["--no-sandbox"], executable_path=shutil.which("chromium"))
        for path in public_paths(url):
            context = browser.new_context(base_url=url, **PHONE)
            context.add_init_script(OBSERVE)
            cost = measure(context.new_page(), path)
            print(cost, "" if cost.is_good else "  over the budget")
            context.close()


if __name__ == "__main__":
    main()
