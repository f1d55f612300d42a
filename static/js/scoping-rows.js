// Lines of a scoping session by keyboard: Enter adds one below, Alt with the arrows moves it or sets it in, Alt Backspace
// removes it. The buttons do the same without scripts; here the page is drawn anew in place, and the writer stays where
// they were. ↑ and ↓ go along a column of the level of effort.
import { drawn } from "./scoping.js";

const form = document.querySelector("form[data-document]");
const first = (row) => row?.querySelector("input:not([type=hidden]), textarea");

async function draw(answer) {
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("document");
  if (!fresh) return false;
  document.getElementById("document").replaceWith(document.importNode(fresh, true));
  drawn();
  return true;
}

async function send(button) {
  const name = document.activeElement?.name;
  const body = new FormData(form, button);
  const answer = await fetch(button.formAction, { method: "POST", body }).catch(() => null);
  if (answer?.status === 409 || !answer?.ok || !(await draw(answer))) return form.requestSubmit(button);
  const shown = form.elements.new_id && answer.url.split("#row-")[1];
  focus(shown ? document.getElementById(`row-${shown}`) : null, name, button);
}

function focus(row, name, button) {
  const made = button.dataset.made && document.getElementById(`row-${button.dataset.made}`);
  (first(made || row) ?? form.elements[name])?.focus();
}

function press(row, what) {
  const button = row.querySelector(`[data-row-${what}]`);
  if (button) button.click();
  return Boolean(button);
}

function setIn(row, by) {
  const depth = row.querySelector(".tk-depth");
  if (!depth) return false;
  depth.value = Math.min(3, Math.max(0, Number(depth.value) + by));
  row.dataset.depth = depth.value;
  depth.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function along(field, by) {
  const cell = field.closest("td"), row = field.closest("tr");
  const rows = [...row.closest("table").querySelectorAll("tr[data-row]:not(.tk-group)")];
  for (let at = rows.indexOf(row) + by; rows[at]; at += by) {
    const target = rows[at].cells[cell.cellIndex]?.querySelector("input");
    if (target) return target.focus(), target.select(), true;
  }
  return false;
}

function key(event) {
  const row = event.target.closest("[data-row]"), field = event.target;
  if (!row || event.isComposing || event.ctrlKey || event.metaKey) return false;
  if (event.altKey) {
    if (event.key === "ArrowUp") return press(row, "up");
    if (event.key === "ArrowDown") return press(row, "down");
    if (event.key === "ArrowRight") return setIn(row, 1);
    if (event.key === "ArrowLeft") return setIn(row, -1);
    return event.key === "Backspace" && press(row, "away");
  }
  if (!field.matches("input")) return false;
  if (event.key === "Enter") return press(row, "below") || true;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  return Boolean(by && field.closest("td")) && along(field, by);
}

if (form) {
  form.addEventListener("keydown", (event) => { if (key(event)) event.preventDefault(); });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "place" || button.dataset.sent) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.dataset.sent = "1";
    button.dataset.made = button.formAction.includes("/addition/") ? form.elements.new_id.value : button.value.split("|")[1];
    send(button);
  }, true);
  form.addEventListener("scoping:rows", async () => {
    if (form.contains(document.activeElement)) return;
    await draw(await fetch(location.href));
  });
}
