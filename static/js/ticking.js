// Marks on figures: choose one and click the figures, or walk the figures with the arrow keys and press a mark's key.
// The sheet is drawn anew after each (live-parts.js); without scripts a form places them.
import { changed } from "./live-parts.js";

const LONGEST = 30_000;
// The mark in hand, the figure that has the focus, and the newest that was made of the paper here.
let inHand = "", here = "", newest = 0, inLine = Promise.resolve();

const sheet = () => document.querySelector("[data-ticking]");
const marks = () => [...document.querySelectorAll("[data-tick]")];
const figures = () => [...(sheet()?.querySelectorAll("[data-cell-place]") ?? [])];
const figureAt = (target) => target.closest?.("[data-ticking] [data-cell-place]");

// One after another: each stands on what the one before has made of the paper.
function place(cell, code) {
  const at = cell.dataset.cellPlace, figure = cell.textContent.trim();
  problem("");
  inLine = inLine.then(() => send(at, code, figure)).catch(() => problem("Not placed. Try again in a moment."));
}

async function send(at, code, figure) {
  const body = new FormData(document.querySelector("[data-tick-form]"));
  body.set("cell", at);
  body.set("code", code);
  body.set("revision", Math.max(newest, sheet().dataset.revision));
  const signal = AbortSignal.timeout(LONGEST);
  const answer = await fetch(sheet().dataset.ticking, { method: "POST", body, headers: { Accept: "application/json" }, signal });
  const said = await answer.json();
  if (!answer.ok) return problem(said.problem);
  newest = said.revision;
  document.querySelector("[data-tick-said]").textContent = `${said.said}, ${figure}`;
  changed([sheet().closest("[data-live]").dataset.live]);
}

function problem(words) {
  const line = document.querySelector("[data-tick-problem]");
  line.hidden = !words;
  line.textContent = words;
}

function take(code) {
  inHand = code;
  for (const mark of marks()) mark.setAttribute("aria-pressed", mark.dataset.tick === inHand);
  sheet().classList.toggle("is-ticking", inHand !== "");
}

function step(cell, key) {
  const all = figures(), row = cell.parentElement, column = [...row.children].indexOf(cell);
  const beside = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (beside) return all[all.indexOf(cell) + beside];
  let next = row;
  do next = key === "ArrowUp" ? next.previousElementSibling : next.nextElementSibling;
  while (next && !next.children[column]?.dataset.cellPlace);
  return next?.children[column];
}

// Before the keys of the whole page hear of it. The second of a double press would take the mark away.
function press(event) {
  const cell = figureAt(event.target);
  if (!cell || !marks().length || event.ctrlKey || event.metaKey || event.altKey) return;
  const code = marks().find((mark) => mark.dataset.tick === event.key.toLowerCase())?.dataset.tick;
  if (code || (event.key === "Enter" && inHand)) {
    if (!event.repeat) place(cell, code ?? inHand);
  } else if (event.key.startsWith("Arrow")) step(cell, event.key)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function click({ target, detail }) {
  const mark = target.closest("[data-tick]"), cell = figureAt(target);
  here = cell?.dataset.cellPlace ?? "";
  if (mark) take(inHand === mark.dataset.tick ? "" : mark.dataset.tick);
  else if (cell && inHand && detail < 2) place(cell, inHand);
}

// A part that was drawn anew keeps the mark in hand and the focus on its figure.
function dress() {
  if (!sheet() || !marks().length) return;
  for (const part of document.querySelectorAll("[data-tick-help], [data-tick-marks]")) part.hidden = false;
  document.querySelector("[data-tick-form]").hidden = true;
  for (const cell of figures()) cell.tabIndex = 0;
  take(inHand);
  if (here && document.activeElement === document.body) figures().find((cell) => cell.dataset.cellPlace === here)?.focus({ preventScroll: true });
}

dress();
document.addEventListener("live:drawn", dress);
document.addEventListener("focusin", ({ target }) => { here = figureAt(target)?.dataset.cellPlace ?? ""; });
document.addEventListener("click", click);
document.addEventListener("keydown", press, true);
