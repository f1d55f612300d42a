// A select with `data-shows-fields` shows of its form only the fields whose `data-shown-for` names what is chosen.
import { onContent } from "./content.js";

function show(select) {
  for (const control of select.form.querySelectorAll("[data-shown-for]")) {
    const kinds = control.dataset.shownFor.split(" ");
    control.closest(".mb-3").hidden = !kinds.includes(select.value);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-shows-fields]")) show(event.target);
});

onContent((page) => page.querySelectorAll("[data-shows-fields]").forEach(show));
