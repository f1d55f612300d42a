// Pictures of a scoping session: one is shown at a time, and made larger or smaller. Without scripts all stand there.
import { onContent } from "./content.js";

const SIZES = [50, 75, 100, 150, 200, 300, 400];
const boxes = () => [...document.querySelectorAll("[data-picture]")];

function choose(id) {
  const all = boxes(), chosen = all.find((box) => box.id === id) ?? all[0];
  for (const box of all) box.hidden = box !== chosen;
  for (const link of document.querySelectorAll("[data-pictures] a")) {
    const isChosen = link.hash === `#${chosen?.id}`;
    link.classList.toggle("active", isChosen);
    if (isChosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function zoom(button) {
  const image = button.closest("[data-picture]").querySelector("img[data-drawn]");
  const at = SIZES.indexOf(Number(image.dataset.size ?? 100)) + Number(button.dataset.zoom);
  const size = SIZES[Math.min(SIZES.length - 1, Math.max(0, at))];
  image.dataset.wide ??= image.getBoundingClientRect().width; // as it fits
  image.dataset.size = size;
  image.style.setProperty("--size", `${(image.dataset.wide * size) / 100}px`);
  image.classList.toggle("is-sized", size !== 100);
}

onContent((page) => {
  if (!document.querySelector("[data-pictures]")) return;
  for (const zooms of page.querySelectorAll("[data-zooms]")) zooms.hidden = false;
  choose(location.hash.slice(1));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pictures] a"), button = event.target.closest("[data-zoom]");
  if (button) zoom(button);
  if (!link) return;
  event.preventDefault();
  history.replaceState(history.state, "", link.hash);
  choose(link.hash.slice(1));
});
addEventListener("hashchange", () => { if (document.querySelector("[data-pictures]")) choose(location.hash.slice(1)); });
