// Lines of a scoping session by keyboard: Enter adds one below, Alt with the arrows moves it or sets it in, Alt Backspace
// removes it. The buttons do the same without scripts; here the page is drawn anew in place, and the writer stays where
// they were. ↑ and ↓ go along a column of the level of effort.
import { alone, body, changed, drawn, failed, leave, putInto, settled } from "./scoping.js";
import { toast } from "./toasts.js";

const form = document.querySelector("form[data-document]");
const first = (row) => row?.querySelector("input:not([type=hidden]), textarea");

// What was typed while the answer was on its way is in no answer: it stays. Whoever typed on where the answer has what was
// sent has seen that; elsewhere somebody else may have written.
async function draw(answer, typedSince, shown = "", sent = new Map()) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = page.getElementById("document");
  if (!fresh) return false;
  const old = Number(form.elements.version.value), now = Number(fresh.querySelector("[name=version]")?.value ?? old);
  const stored = new Map([...fresh.querySelectorAll("[name]")].map((field) => [field.name, field.value]));
  const isOwn = (field) => sent.has(field) && stored.get(field.name) === sent.get(field);
  const more = typedSince().map((field) => [field.name, field.value, isOwn(field) ? now : old]);
  document.getElementById("document").replaceWith(document.importNode(fresh, true));
  drawn();
  if (shown) history.replaceState(history.state, "", `#row-${shown}`);
  document.dispatchEvent(new CustomEvent("content:drawn"));
  putInto(more);
  for (const told of page.querySelectorAll("[data-message]")) toast(told.textContent, told.closest("[data-turn]").dataset.turn);
  return true;
}

async function send(button, name) {
  const sent = new Map(changed().map((field) => [field, field.value]));
  const more = { new_id: form.elements.new_id.value, place: button.value }, data = body(sent.keys());
  for (const [key, value] of Object.entries(more)) data.set(key, value);
  const answer = await fetch(button.formAction, { method: "POST", body: data }).catch(() => null);
  const since = () => changed().filter((field) => field.value !== sent.get(field));
  if (answer?.ok && await draw(answer, since, button.dataset.made, sent)) {
    settled();
    return focus(name, button);
  }
  if ([404, 409, 422].includes(answer?.status)) return leave(button.formAction, sent.keys(), more);
  failed(answer?.ok ? 401 : answer?.status);
}

function focus(name, button) {
  const made = button.dataset.made && document.getElementById(`row-${button.dataset.made}`);
  const same = form.querySelector(`button[formaction="${button.getAttribute("formaction")}"][value="${CSS.escape(button.value)}"]`);
  (first(made || null) ?? (name?.startsWith("at.") ? form.elements[name] : same))?.focus();
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
    if (button?.name !== "place") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.dataset.sent) return; // a double click
    button.dataset.sent = "1";
    button.dataset.made = button.formAction.includes("/addition/") ? form.elements.new_id.value : button.value.split("|")[1] ?? "";
    const { name } = document.activeElement ?? {};
    alone(() => send(button, name)).finally(() => { delete button.dataset.sent; });
  }, true);
  form.addEventListener("scoping:rows", async () => {
    if (form.contains(document.activeElement)) return;
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok) await draw(answer, changed);
  });
}
