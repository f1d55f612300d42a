// The table of roles tells how many ticks are not saved yet, and how many people they are about.
import { onContent } from "./content.js";

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

function unsaved(form) {
  let ticks = 0;
  const people = new Set();
  for (const was of form.querySelectorAll("[data-people]")) {
    const before = was.value.split(" ");
    const boxes = form.querySelectorAll(`[name="${was.name.replace(/was$/, "now")}"]`);
    const changed = [...boxes].filter((box) => box.checked !== before.includes(box.value)).length;
    ticks += changed;
    if (changed) for (const person of was.dataset.people.split(" ").filter(Boolean)) people.add(person);
  }
  return [ticks, people.size];
}

function tell(form) {
  const line = form.querySelector("[data-unsaved-line]");
  line.dataset.otherwise ??= line.textContent;
  const [ticks, people] = unsaved(form);
  const about = people ? `${ticks === 1 ? "It applies" : "They apply"} to ${counted(people, "person", "people")} at once.` : "Nobody has these roles yet.";
  line.textContent = ticks ? `${counted(ticks, "change", "changes")} not saved. ${about}` : line.dataset.otherwise;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-unsaved-ticks]");
  if (form) tell(form);
});
document.addEventListener("reset", (event) => {
  if (event.target.matches("[data-unsaved-ticks]")) setTimeout(tell, 0, event.target);
});
onContent((page) => page.querySelectorAll("[data-unsaved-ticks]").forEach(tell));
