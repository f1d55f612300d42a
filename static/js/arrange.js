// Inside `data-arrange`: rows are dragged, or moved with Alt and the arrow keys; the places are written anew.
import { onContent } from "./content.js";

const rowsIn = (part) => [...part.querySelectorAll("[data-arrange-row]")];

function renumber(part) {
  for (const group of part.querySelectorAll("[data-arrange-group]")) {
    let place = 0;
    for (const row of rowsIn(group)) row.querySelector("[data-place]").value = `${group.dataset.arrangeGroup}.${++place}`;
  }
  part.querySelectorAll("[data-arrange-group]").forEach((group, at) => {
    group.querySelector("[data-group-place] input").value = at + 1;
  });
}

function place(part, row, beside, after) {
  if (after) beside.after(row);
  else beside.before(row);
  renumber(part);
}

function moveBy(part, row, step) {
  const rows = rowsIn(part);
  const beside = rows[rows.indexOf(row) + step];
  if (!beside) return;
  const sameGroup = beside.parentElement === row.parentElement;
  place(part, row, beside, sameGroup ? step > 0 : step < 0);
  row.querySelector("[data-move]").focus();
  part.querySelector("[data-arrange-said]").textContent = `Place ${row.querySelector("[data-place]").value}`;
}

function moveGroup(part, group, step) {
  const beside = step < 0 ? group.previousElementSibling : group.nextElementSibling;
  if (!beside?.matches("[data-arrange-group]")) return;
  if (step < 0) beside.before(group);
  else beside.after(group);
  renumber(part);
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const row = event.target.closest("[data-arrange-row]");
  if (!step || !event.altKey || !row) return;
  event.preventDefault();
  moveBy(row.closest("[data-arrange]"), row, step);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-move-group]");
  const part = button?.closest("[data-arrange]");
  if (!part) return;
  if (button.dataset.move) moveBy(part, button.closest("[data-arrange-row]"), Number(button.dataset.move));
  else if (button.dataset.moveGroup) moveGroup(part, button.closest("[data-arrange-group]"), Number(button.dataset.moveGroup));
});

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-arrange-row]") ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-arrange-row]");
  if (!over || over === dragged) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  place(over.closest("[data-arrange]"), dragged, over, event.clientY > top + height / 2);
});
document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
document.addEventListener("dragend", () => { dragged = null; });

onContent((page) => page.querySelectorAll("[data-arrange]").forEach((part) => {
  for (const row of rowsIn(part)) row.draggable = true;
  for (const button of part.querySelectorAll("[data-move], [data-move-group]")) button.hidden = false;
}));
