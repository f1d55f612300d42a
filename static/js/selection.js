// Inside `data-selection`: one box for all rows, a bar that says how many, the filters while there are none.
import { onContent } from "./content.js";

function show(part) {
  const rows = [...part.querySelectorAll("[data-select-row]")];
  const chosen = rows.filter((row) => row.checked);
  for (const row of rows) row.closest("tr, li")?.classList.toggle("is-selected", row.checked);
  for (const all of part.querySelectorAll("[data-select-all]")) {
    all.checked = rows.length > 0 && chosen.length === rows.length;
    all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  for (const count of part.querySelectorAll("[data-bulk-count]")) count.textContent = chosen.length;
  part.querySelector("[data-bulk]")?.classList.toggle("is-on", chosen.length > 0);
  const filters = part.querySelector("[data-bulk-hides]");
  if (filters) filters.hidden = chosen.length > 0;
}

function setAll(part, checked) {
  for (const row of part.querySelectorAll("[data-select-row]")) row.checked = checked;
  show(part);
}

document.addEventListener("change", (event) => {
  const part = event.target.closest("[data-selection]");
  if (!part) return;
  if (event.target.matches("[data-select-all]")) setAll(part, event.target.checked);
  else if (event.target.matches("[data-select-row]")) show(part);
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear-selection]");
  if (!clear) return;
  event.preventDefault();
  setAll(clear.closest("[data-selection]"), false);
});

onContent((page) => page.querySelectorAll("[data-selection]").forEach(show));
