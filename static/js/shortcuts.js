// Single keys work where the body says `data-shortcuts`, never while someone is typing, and not where a reader has
// turned them off (WCAG 2.1.4): the switch stands in the list of keys, which the search dialog leads to as well.
import { onContent } from "./content.js";

const WAIT = 1200;
const KEPT = "tickmark-keys";
let went = 0;

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]") && target.type !== "checkbox";
const isOverlayOpen = () => document.querySelector(".modal.show, .offcanvas.show");

function isOff() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
}

onContent((page) => {
  for (const box of page.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  try {
    localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
  } catch {
    event.target.checked = true;
  }
});

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isOff()) return;
  if (isOverlayOpen()) return press(event);
  if (event.key === "/") return find(event);
  if (event.timeStamp - went < WAIT) return go(event);
  if (event.key === "?") window.tabler.Modal.getOrCreateInstance(document.getElementById("keys")).show();
  if (event.key === "g") went = event.timeStamp;
  if (event.key === "j") step(event, 1);
  if (event.key === "k") step(event, -1);
  if (event.key === "x") document.activeElement.closest("tr")?.querySelector("[data-select-row]")?.click();
});

// In a drawer: the button or the form that names the key.
function press(event) {
  const found = document.querySelector(`.offcanvas.show [data-key="${CSS.escape(event.key)}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
  found.closest("details[open]")?.querySelector("textarea")?.focus();
}

// To the next row of the list, or the one before: the focus is on its name, so Enter opens it.
function step(event, by) {
  const names = [...document.querySelectorAll("main .tk-table tbody a.tk-name")].filter((name) => name.checkVisibility());
  if (!names.length) return;
  const at = names.indexOf(document.activeElement.closest("tr")?.querySelector("a.tk-name"));
  event.preventDefault();
  names[at < 0 ? (by > 0 ? 0 : names.length - 1) : Math.max(0, Math.min(at + by, names.length - 1))].focus();
}

function find(event) {
  const filter = document.querySelector("[data-list-filter]");
  if (!filter) return;
  event.preventDefault();
  filter.focus();
  filter.select();
}

function go(event) {
  went = 0;
  if (!/^[a-z]$/.test(event.key)) return;
  document.querySelector(`[data-go="${event.key}"]`)?.click();
}
