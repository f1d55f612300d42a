// A scoping session saves itself 2.5 s after the last key: only the fields that were changed, each with the version its
// writer had seen there. Until the server has them they are kept in this browser, and put back should the page be closed,
// the line be cut or the server be away. What two people wrote at the same place is decided on the server's page.
import { Kept } from "./scoping-kept.js";

const PAUSE = 2500, AGAIN = 8000, LIVE = 400;
const form = document.querySelector("form[data-document]");
const state = document.querySelector("[data-save-state]");
const fields = () => [...form.elements].filter((field) => field.name?.startsWith("at."));
const kept = new Kept(`scoping ${form?.dataset.keep} ${form?.dataset.part}`);
let known = new Map(), seen = {}, timer = null, live = null, savedAt = 0, isSaving = false, running = null, asked = 0;

export const changed = () => fields().filter((field) => field.value !== known.get(field.name));
const version = () => form.elements.version;
const path = (field) => field.name.slice(3);

// What stands on the page as it was drawn is what the server knows, but for what it has refused.
export function drawn() {
  const stored = fields().filter((field) => !field.hasAttribute("aria-invalid"));
  known = new Map(stored.map((field) => [field.name, field.tagName === "SELECT" ? selected(field) : field.defaultValue]));
  seen = {};
  asked += 1;
  clearTimeout(live);
}
const selected = (list) => [...list.options].find((option) => option.defaultSelected)?.value ?? list.options[0]?.value;

function say(words, turn) {
  state.hidden = false;
  state.dataset.turn = turn;
  state.querySelector("[data-words]").textContent = words;
}

function keepHere() {
  kept.keep(changed().map((field) => [field.name, field.value, seen[path(field)] ?? Number(version().value)]));
}

function putBack() {
  const address = new URL(location.href);
  kept.forget((form.dataset.merged?.split(" ") ?? []).map((decided) => `at.${decided}`));
  if (address.searchParams.has("merged")) kept.forget(kept.left);
  address.searchParams.delete("merged");
  history.replaceState(history.state, "", address);
  const typed = Object.entries(kept.take()).filter(([name, entry]) => form.elements[name]?.value !== entry.value);
  putInto(typed.map(([name, entry]) => [name, entry.value, entry.seen]));
  if (!typed.length) return keepHere();
  document.querySelector("[data-put-back]").hidden = false;
}

// Words for a field that is not on the page any more are sent all the same: the server's page asks what to do with them.
export function putInto(typed) {
  for (const [name, value, version] of typed) {
    const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
    seen[path(field)] = version;
  }
  if (typed.length) begin();
}

export function begin() {
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

export function body(sent) {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "version"]) data.set(name, form.elements[name].value);
  data.set("base", JSON.stringify(seen));
  for (const field of sent) data.set(field.name, field.value);
  return data;
}

async function ask(url, data) {
  const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => null);
  return { status: answer.redirected && !said ? 401 : answer.status, said };
}

// Only the newest answer counts: an older one may come later, or for a page that was drawn anew meanwhile.
async function askFigures() {
  const mine = asked += 1;
  const found = await ask(form.dataset.figures, body(changed())).catch(() => null);
  if (mine === asked && found?.status === 200 && found.said) figures(found.said.figures);
}

function figures(said) {
  asked += 1;
  for (const part of form.querySelectorAll("[data-figure]")) part.textContent = said[part.dataset.figure] ?? part.textContent;
}

// One at a time: a row that is moved while a save is on its way would meet its own words there.
export async function alone(act) {
  while (running) await running.catch(() => null);
  clearTimeout(timer);
  running = act().finally(() => { running = null; });
  return running;
}

async function save() {
  if (!running && changed().length) await alone(saveChanged);
}

async function saveChanged() {
  const sent = changed();
  isSaving = true;
  say("Saving", "firm");
  const values = new Map(sent.map((field) => [field, field.value]));
  const found = await ask(form.action, body(sent)).catch(() => null);
  isSaving = false;
  if (found?.status === 409 && found.said) return decide(found.said, values);
  if (found?.status === 404 && found.said) return leave(form.action, values.keys()); // to the page that says where it went
  if (found?.status !== 200 || !found.said) return failed(found?.status);
  acknowledge(found.said, values);
}

// The server's page shows both; everything else of this save is stored already, or wrong and kept here.
function decide(said, values) {
  for (const [field, value] of values) {
    if (!said.conflicts.includes(path(field)) && !said.errors[path(field)]) known.set(field.name, value);
  }
  keepHere();
  leave(form.action, [...values.keys()].filter((field) => said.conflicts.includes(path(field))));
}

const WHY = {
  401: "Not saved: you are signed out. It is kept in this browser; sign in again and come back here",
  403: "Not saved. It is kept in this browser; reload the page, for you have signed in anew or may not write here any more",
};

export function failed(status) {
  keepHere();
  say(WHY[status] ?? "Not saved. It is kept in this browser, and tried again", "late");
  later(AGAIN);
}

// To a page of the server, with what is typed. It stays kept here until that page says it has it.
export function leave(address, sent, more = {}) {
  const away = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  for (const [name, value] of [...body(sent), ...Object.entries(more)]) {
    away.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(away);
  kept.left = [...away.elements].map((field) => field.name);
  away.submit();
}

function acknowledge(said, values) {
  for (const [field, value] of values) {
    const wrong = said.errors[path(field)];
    mark(field, wrong);
    if (wrong) continue;
    known.set(field.name, value);
    delete seen[path(field)];
  }
  hear(said);
  for (const [field] of values) if (field.type === "hidden") field.remove();
  if (Object.keys(said.errors).length) return say("Not saved: see the fields in red", "late");
  if (changed().length) return later(PAUSE);
  savedAt = Date.now();
  tell();
  lookAtRows(said);
}

// What others have written since: words, who wrote them, figures, and what does not agree. What comes later than a newer
// page was drawn says how things stood before it.
function hear(said) {
  const before = Number(version().value);
  if (said.version < before) return keepHere();
  for (const field of fields()) theirs(field, said, before);
  form.dispatchEvent(new CustomEvent("scoping:theirs", { detail: said.theirs }));
  for (const field of fields()) wroteLast(field, said.writers[path(field)]);
  version().value = said.version;
  changed().length ? askFigures() : figures(said.figures);
  const found = new DOMParser().parseFromString(said.findings, "text/html").querySelector("[data-findings]");
  document.querySelector("[data-findings]")?.replaceWith(document.importNode(found, true));
  keepHere();
}

async function listen({ target }) {
  const newest = Number(target.querySelector("[data-version]")?.dataset.version);
  if (target.id !== "session-saved" || isSaving || newest <= Number(version().value)) return;
  const found = await ask(form.action, body([])).catch(() => null);
  if (found?.status !== 200 || !found.said || isSaving) return;
  hear(found.said);
  if (!changed().length) lookAtRows(found.said);
}

function lookAtRows(said) {
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

export function settled() {
  keepHere();
  if (changed().length) return;
  savedAt = Date.now();
  tell();
}

function tell() {
  if (!savedAt || isSaving || changed().length) return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  say(seconds < 60 ? `Saved ${seconds} s ago` : `Saved ${Math.floor(seconds / 60)} min ago`, "done");
}

function saveNow(event) {
  if (event.submitter?.name === "place") return;
  event.preventDefault();
  clearTimeout(timer);
  if (changed().length) return save();
  savedAt ||= Date.now();
  tell();
}

if (form) {
  drawn();
  form.addEventListener("input", begin);
  form.addEventListener("submit", saveNow);
  document.querySelector("[data-throw-away]").addEventListener("click", () => {
    removeEventListener("pagehide", keepHere);
    kept.write({});
    location.reload();
  });
  addEventListener("pagehide", keepHere);
  addEventListener("pageshow", ({ persisted }) => { if (persisted && changed().length) begin(); });
  addEventListener("online", save);
  document.addEventListener("live:drawn", listen);
  setInterval(tell, 1000);
  putBack();
  if (changed().length) begin(); // somebody may have typed before this script came
}
