"""What axe finds on a page. A part in which it has found nothing is not shown to it again: not the frame of every page, nor
the second row of a table (`alike.js` says what counts as the same). That is most of the time it takes."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

NAMES_OF_PARTS = (Path(__file__).parent / "alike.js").read_text()
#: Of how many elements a part is worth leaving out.
LEAST = 4
# What a page does well need not be told at length. The size of targets (WCAG 2.2, 2.5.8) is the one rule of level AA axe
# leaves off by itself.
ONLY_FAULTS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
RUN = """async ([known, options]) => {
  const met = new Set(known), exclude = [];
  for (const { element, name } of partsOfThePage) {
    if (exclude.at(-1)?.contains(element)) continue;
    if (met.has(name)) exclude.push(element);
    met.add(name);
  }
  const { violations } = await axe.run({ include: [document], ...(exclude.length && { exclude }) }, options);
  return violations.map(({ id, impact, nodes }) => [impact, `${id}: ${nodes[0].html.slice(0, 160)}`]);
}"""
#: Names of the parts in which nothing was found.
sound: set[str] = set()


def check_accessibility(page: Page) -> None:
    """axe finds nothing serious on the page as it is now, once all of it has come."""
    page.wait_for_load_state("load")
    whole, *parts = page.evaluate(NAMES_OF_PARTS, LEAST)
    if whole in sound:
        return
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [[name for name in parts if name in sound], ONLY_FAULTS])
    serious = [fault for impact, fault in found if impact in ("serious", "critical")]
    assert serious == [], f"{page.url}: {serious}"
    sound.update([whole, *parts])
