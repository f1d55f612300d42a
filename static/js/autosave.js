// A form with `data-autosave` saves itself 2.5 s after the last key. What fails stays in the form, is tried again, and
// says so; what somebody else changed meanwhile is decided on the server's page, with everything typed still in it. One
// save waits for the other, and a button for both: else one's own words would be those of somebody else.
const PAUSE = 2500;
const AGAIN = 8000;
const LONGEST = 30_000;
const WORDS = { typing: "Not saved yet", saving: "Saving", failed: "Not saved. Trying again", gone: "Not saved: this is not here any more. Copy what you wrote", refused: "Not saved: see the fields in red" };
let timer = null;
let unsaved = false;
let saving = null;

const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-save-state]");

function say(words, turn) {
  state.hidden = false;
  state.dataset.turn = turn;
  state.querySelector("[data-words]").textContent = words;
}

function typed(event) {
  if (!event.target.closest("[data-not-autosaved]")) begin();
}

// Somebody may have typed before this script came.
const isTyped = (field) => field.matches("input:not([type=hidden]), textarea") && field.value !== field.defaultValue;

function begin() {
  unsaved = true;
  say(WORDS.typing, "client");
  later(PAUSE);
}

function later(time) {
  clearTimeout(timer);
  timer = setTimeout(save, time);
}

async function save() {
  if (saving) return later(PAUSE);
  saving = send();
  await saving.finally(() => { saving = null; });
}

async function send() {
  const body = new FormData(form);
  body.delete("note");
  unsaved = false;
  say(WORDS.saving, "firm");
  let answer;
  try {
    const signal = AbortSignal.timeout(LONGEST);
    answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" }, signal });
  } catch {
    return failed();
  }
  if (answer.status === 409 || answer.headers.has("X-Refusal")) return form.submit(); // to the page that says why, with what was typed
  const said = await answer.json().catch(() => null);
  if (answer.status === 422 && said) return refused(said.errors);
  if (answer.status === 404) return failed(WORDS.gone);
  if (!answer.ok || !said) return failed();
  form.elements.revision.value = said.revision;
  mark({});
  compute(said.figures ?? {});
  if (unsaved) return later(PAUSE);
  say(`Saved ${said.saved}`, "done");
}

// What formulas came to stands below them.
function compute(figures) {
  for (const line of form.querySelectorAll("output.tk-computed")) line.remove();
  for (const [name, words] of Object.entries(figures)) {
    form.elements[name]?.after(Object.assign(document.createElement("output"), { className: "tk-computed", textContent: words }));
  }
}

function submit(event) {
  clearTimeout(timer);
  if (saving) {
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  } else unsaved = false;
}

function failed(words = WORDS.failed) {
  unsaved = true;
  say(words, "late");
  later(AGAIN);
}

function refused(errors) {
  unsaved = true;
  mark(errors);
  say(WORDS.refused, "late");
}

function mark(errors) {
  for (const field of form.querySelectorAll("[data-said]")) field.remove();
  for (const field of form.querySelectorAll("input[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const [name, sentence] of Object.entries(errors)) {
    const field = form.elements[name];
    field?.setAttribute("aria-invalid", "true");
    field?.after(Object.assign(document.createElement("small"), { className: "tk-late", textContent: sentence }));
    field?.nextElementSibling.setAttribute("data-said", "");
  }
}

if (form) {
  form.addEventListener("input", typed);
  form.addEventListener("submit", submit);
  if ([...form.elements].some(isTyped)) begin();
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
