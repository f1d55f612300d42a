// A button with `data-folds` hides the rows of its section; which are folded is remembered for the list.
import { onContent } from "./content.js";

const key = (button) => `folded:${button.dataset.list}`;

function stored(button) {
  try {
    return new Set(JSON.parse(localStorage.getItem(key(button)) ?? "[]"));
  } catch {
    return new Set();
  }
}

function fold(button, folded) {
  button.setAttribute("aria-expanded", String(!folded));
  const body = button.closest("tbody");
  body.classList.toggle("is-folded", folded);
  for (const row of [...body.rows].slice(1)) row.hidden = folded;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-folds]");
  if (!button) return;
  const names = stored(button);
  const folded = button.getAttribute("aria-expanded") === "true";
  fold(button, folded);
  if (folded) names.add(button.dataset.folds);
  else names.delete(button.dataset.folds);
  try {
    localStorage.setItem(key(button), JSON.stringify([...names]));
  } catch {
    // A browser that keeps nothing still folds.
  }
});

onContent((page) => page.querySelectorAll("[data-folds]").forEach((button) => {
  button.disabled = false;
  if (stored(button).has(button.dataset.folds)) fold(button, true);
}));
