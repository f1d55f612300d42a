// Papers of one level of a binder's index are put in order by dragging; the buttons beside them do the same by key.
let dragged = null;
const rowAt = (event) => event.target.closest?.("tr[data-paper]");
const level = (row) => [...document.querySelectorAll("tr[data-paper]")].filter((other) => other.dataset.level === row.dataset.level);
const below = (event, row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

function drop(event, row) {
  event.preventDefault();
  const peers = level(dragged);
  const at = peers.indexOf(row) + (below(event, row) ? 1 : 0);
  if (peers[at] === dragged) return;
  const form = dragged.closest("form");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "before", value: peers[at]?.id.replace("paper-", "") ?? "" });
  form.append(field);
  form.action = dragged.dataset.paper;
  form.requestSubmit();
}

function mark(row) {
  for (const one of document.querySelectorAll("tr.is-over")) one.classList.toggle("is-over", one === row);
  row?.classList.add("is-over");
}

document.addEventListener("dragstart", (event) => {
  const row = rowAt(event);
  if (!row?.dataset.level) return;
  dragged = row;
  row.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const row = dragged && rowAt(event);
  const isPeer = row && row.dataset.level === dragged.dataset.level;
  if (isPeer) event.preventDefault();
  if (dragged) mark(isPeer ? row : null);
});
document.addEventListener("drop", (event) => {
  const row = dragged && rowAt(event);
  if (row && row.dataset.level === dragged.dataset.level) drop(event, row);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  mark(null);
  dragged = null;
});
