// Marks on figures: choose one and click the figures, or walk the figures with the arrow keys and press a mark's key.
let sheet = null, marks = [], figures = [];
let inHand = "";

async function place(cell, code) {
  const form = document.querySelector("[data-tick-form]");
  const body = new FormData(form);
  body.set("cell", cell.dataset.cellPlace);
  body.set("code", code);
  body.set("revision", sheet.dataset.revision);
  const answer = await fetch(sheet.dataset.ticking, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return problem((await answer?.json().catch(() => null))?.problem ?? "Not placed. Try again in a moment.");
  const place = cell.dataset.cellPlace;
  sessionStorage.setItem("tick", JSON.stringify([location.pathname, place, inHand]));
  location.reload();
}

function problem(words) {
  const line = document.querySelector("[data-tick-problem]");
  line.hidden = false;
  line.textContent = words;
}

function take(code) {
  inHand = inHand === code ? "" : code;
  for (const mark of marks) mark.setAttribute("aria-pressed", mark.dataset.tick === inHand);
  sheet.classList.toggle("is-ticking", inHand !== "");
}

function step(cell, key) {
  const row = cell.parentElement;
  const column = [...row.children].indexOf(cell);
  const beside = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (beside) return figures[figures.indexOf(cell) + beside];
  let next = row;
  do next = key === "ArrowUp" ? next.previousElementSibling : next.nextElementSibling;
  while (next && !next.children[column]?.dataset.cellPlace);
  return next?.children[column];
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = event.currentTarget;
  const code = marks.find((mark) => mark.dataset.tick === event.key.toLowerCase())?.dataset.tick;
  if (code) place(cell, code);
  else if (event.key === "Enter" && inHand) place(cell, inHand);
  else if (event.key.startsWith("Arrow")) step(cell, event.key)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function attach() {
  sheet = document.querySelector("[data-ticking]");
  marks = [...document.querySelectorAll("[data-tick]")];
  figures = sheet ? [...sheet.querySelectorAll("[data-cell-place]")] : [];
  if (!sheet || !marks.length) return;
  for (const part of document.querySelectorAll("[data-tick-help], [data-tick-marks]")) part.hidden = false;
  document.querySelector("[data-tick-form]").hidden = true;
  for (const mark of marks) mark.addEventListener("click", () => take(mark.dataset.tick));
  for (const cell of figures) {
    cell.tabIndex = 0;
    cell.addEventListener("keydown", press);
    cell.addEventListener("click", () => { if (inHand) place(cell, inHand); });
  }
  const [path, last, held] = JSON.parse(sessionStorage.getItem("tick") ?? "[]");
  sessionStorage.removeItem("tick");
  if (path !== location.pathname) return;
  if (held) take(held);
  figures.find((cell) => cell.dataset.cellPlace === last)?.focus();
}

// A part that draws itself anew keeps the mark in hand.
function again() {
  const held = inHand;
  inHand = "";
  attach();
  if (held && sheet) take(held);
}

attach();
document.addEventListener("live:drawn", again);
