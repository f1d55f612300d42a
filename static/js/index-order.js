// Papers of one level of a binder's index are put in order by dragging; the buttons beside them do the same by key.
let dragged = null;
const rows = [...document.querySelectorAll("tr[data-paper]")];
const level = (row) => rows.filter((other) => other.dataset.level === row.dataset.level);
const below = (event, row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

function drop(event) {
  event.preventDefault();
  const peers = level(dragged);
  const at = peers.indexOf(this) + (below(event, this) ? 1 : 0);
  const form = dragged.closest("form");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "before", value: peers[at]?.id.replace("paper-", "") ?? "" });
  form.append(field);
  form.action = dragged.dataset.paper;
  if (peers[at] !== dragged) form.requestSubmit();
}

for (const row of rows) {
  if (!row.dataset.level) continue;
  row.draggable = true;
  row.addEventListener("dragstart", () => { dragged = row; row.classList.add("is-dragged"); });
  row.addEventListener("dragend", () => { row.classList.remove("is-dragged"); for (const one of rows) one.classList.remove("is-over"); });
  row.addEventListener("dragover", (event) => {
    if (dragged && level(dragged).includes(row)) { event.preventDefault(); row.classList.add("is-over"); }
  });
  row.addEventListener("dragleave", () => row.classList.remove("is-over"));
  row.addEventListener("drop", drop);
}
