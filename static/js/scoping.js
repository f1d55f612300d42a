// A scoping session saves itself 2.5 s after the last key: only the fields that were changed, each with the version its
// writer had seen there. Until the server has them they are kept in this browser, and put back should the page be closed,
// the line be cut or the server be away. What two people wrote at the same place is decided on the server's page.
const PAUSE = 2500, AGAIN = 8000, LIVE = 400;
const form = document.querySelector("form[data-document]");
const state = document.querySelector("[data-save-state]");
const fields = () => [...form.elements].filter((field) => field.name?.startsWith("at."));
const kept = `scoping ${form?.dataset.keep} ${form?.dataset.part}`;
let known = new Map(), seen = {}, timer = null, live = null, savedAt = 0, isSaving = false;

const changed = () => fields().filter((field) => field.value !== known.get(field.name));
const version = () => form.elements.version;
const path = (field) => field.name.slice(3);

// What stands on the page as it was drawn is what the server knows.
export function drawn() {
  known = new Map(fields().map((field) => [field.name, field.tagName === "SELECT" ? selected(field) : field.defaultValue]));
  seen = {};
}
const selected = (list) => [...list.options].find((option) => option.defaultSelected)?.value ?? list.options[0]?.value;

function say(words, turn) {
  state.hidden = false;
  state.dataset.turn = turn;
  state.querySelector("[data-words]").textContent = words;
}

function keepHere() {
  const typed = changed().map((field) => [field.name, { value: field.value, seen: seen[path(field)] ?? Number(version().value) }]);
  try {
    if (typed.length) localStorage.setItem(kept, JSON.stringify(Object.fromEntries(typed)));
    else localStorage.removeItem(kept);
  } catch { /* no room, or not allowed: the page still holds it */ }
}

function putBack() {
  let typed = {};
  try { typed = JSON.parse(localStorage.getItem(kept) ?? "{}"); } catch { return; }
  const found = fields().filter((field) => typed[field.name] && typed[field.name].value !== field.value);
  for (const field of found) {
    field.value = typed[field.name].value;
    seen[path(field)] = typed[field.name].seen;
  }
  if (!found.length) return localStorage.removeItem(kept);
  document.querySelector("[data-put-back]").hidden = false;
  begin();
}

function begin() {
  keepHere();
  if (changed().length) say("Not saved yet", "client");
  later(PAUSE);
  clearTimeout(live);
  live = setTimeout(askFigures, LIVE);
}

function later(time) {
  clearTimeout(timer);
  timer = setTimeout(save, time);
}

function body(sent) {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "version"]) data.set(name, form.elements[name].value);
  data.set("base", JSON.stringify(seen));
  for (const field of sent) data.set(field.name, field.value);
  return data;
}

async function ask(url, data) {
  const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
  return { status: answer.status, said: await answer.json().catch(() => null) };
}

async function askFigures() {
  const found = await ask(form.dataset.figures, body(changed())).catch(() => null);
  if (found?.status === 200 && found.said) figures(found.said.figures);
}

function figures(said) {
  for (const part of form.querySelectorAll("[data-figure]")) part.textContent = said[part.dataset.figure] ?? part.textContent;
}

export async function save() {
  const sent = changed();
  if (isSaving || !sent.length) return;
  isSaving = true;
  say("Saving", "firm");
  const values = new Map(sent.map((field) => [field, field.value]));
  const found = await ask(form.action, body(sent)).catch(() => null);
  isSaving = false;
  if (found?.status === 409) return decide();
  if (found?.status !== 200 || !found.said) return failed(found?.status);
  acknowledge(found.said, values);
}

function failed(status) {
  keepHere();
  say(status === 403 ? "Not saved: you may not change this any more" : "Not saved. It is kept in this browser, and tried again", "late");
  later(AGAIN);
}

// The server's page shows both; everything else of this save is stored already.
function decide() {
  form.elements.base.value = JSON.stringify(seen);
  for (const field of fields()) field.disabled = field.value === known.get(field.name);
  removeEventListener("pagehide", keepHere);
  localStorage.removeItem(kept);
  form.submit();
}

function acknowledge(said, values) {
  for (const [field, value] of values) {
    const wrong = said.errors[path(field)];
    mark(field, wrong);
    if (wrong) continue;
    known.set(field.name, value);
    delete seen[path(field)];
  }
  const before = Number(version().value);
  for (const field of fields()) theirs(field, said, before);
  for (const field of fields()) wroteLast(field, said.writers[path(field)]);
  version().value = said.version;
  figures(said.figures);
  keepHere();
  if (Object.keys(said.errors).length) return say("Not saved: see the fields in red", "late");
  if (changed().length) return later(PAUSE);
  savedAt = Date.now();
  tell();
  if (said.rows !== document.getElementById("document").dataset.rows) form.dispatchEvent(new CustomEvent("scoping:rows"));
}

// What others wrote meanwhile appears; where this person has gone on typing, the server hears which version they knew.
function theirs(field, said, before) {
  const value = said.theirs[path(field)];
  if (value === undefined || value === known.get(field.name)) return;
  if (field.value === known.get(field.name)) {
    field.value = value;
    known.set(field.name, value);
  } else seen[path(field)] ??= before;
}

function wroteLast(field, name) {
  if (!name) return;
  const id = `by-${field.id}`;
  let place = document.getElementById(id);
  if (!place) {
    place = Object.assign(document.createElement("small"), { id, className: "tk-by" });
    field.after(place);
  }
  place.textContent = name;
}

function mark(field, sentence) {
  field.nextElementSibling?.matches("[data-said]") && field.nextElementSibling.remove();
  field.classList.toggle("is-invalid", Boolean(sentence));
  sentence ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  if (!sentence) return;
  field.after(Object.assign(document.createElement("small"), { className: "tk-late", textContent: sentence }));
  field.nextElementSibling.dataset.said = "";
}

function tell() {
  if (!savedAt || isSaving || changed().length) return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  say(seconds < 60 ? `Saved ${seconds} s ago` : `Saved ${Math.floor(seconds / 60)} min ago`, "done");
}

if (form) {
  drawn();
  form.addEventListener("input", begin);
  form.addEventListener("submit", () => { clearTimeout(timer); localStorage.removeItem(kept); });
  document.querySelector("[data-throw-away]").addEventListener("click", () => { localStorage.removeItem(kept); location.reload(); });
  addEventListener("pagehide", keepHere);
  addEventListener("online", save);
  setInterval(tell, 1000);
  putBack();
  if (changed().length) begin(); // somebody may have typed before this script came
}
