// What is typed in a message and not sent: kept in this browser at once and on the server soon, so that a closed tab
// loses nothing. The server's draft stands in the page already; this browser's is newer if it was not saved there.
import { onContent } from "./content.js";

const SOON = 1500;
const keyOf = (form) => `draft:${form.dataset.composer}`;

const typedIn = ({ elements: { body, audience } }) => ({ body: body.value, audience: audience.value });
const isSame = (one, other) => one.body === other.body && one.audience === other.audience;

// Beside the words that the server has, so that they are not taken for newer ones.
function keep(form) {
  const typed = typedIn(form);
  try {
    if (isSame(typed, form.saved)) localStorage.removeItem(keyOf(form));
    else localStorage.setItem(keyOf(form), JSON.stringify({ ...typed, before: form.saved.body }));
  } catch {
    // storage may be closed to us; the server still keeps it
  }
}

// Nothing but a 204 says that it is kept: whoever is signed out is led to a page that says 200.
async function save(form) {
  const data = new FormData(), typed = typedIn(form);
  for (const name of ["csrfmiddlewaretoken", "submission", "body", "audience"]) data.set(name, form.elements[name].value);
  const answer = await fetch(form.dataset.draft, { method: "POST", body: data, credentials: "same-origin" }).catch(() => null);
  if (form.isSent || !form.isConnected) return;
  const isKept = answer?.status === 204;
  if (isKept) {
    form.saved = typed;
    keep(form);
  }
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = isKept && typed.body.trim() ? "Draft saved" : "";
}

function later(form) {
  clearTimeout(form.saving);
  form.saving = setTimeout(() => save(form), SOON);
}

// What was changed elsewhere meanwhile stands above what was typed here.
function restore(form) {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(keyOf(form)) ?? "null");
  } catch {
    // nothing readable is nothing kept
  }
  const { body, audience } = form.elements;
  form.saved = { body: body.defaultValue, audience: audience.value };
  if (!kept || isSame(kept, form.saved) || ![form.saved.body, kept.body].includes(body.value)) return;
  const isElsewhere = form.saved.body && ![kept.before, kept.body].includes(form.saved.body);
  body.value = isElsewhere ? `${form.saved.body}\n\n${kept.body}` : kept.body;
  for (const choice of form.querySelectorAll("[name=audience]:not(:disabled)")) choice.checked = choice.value === kept.audience || choice.checked;
  if (audience.value === "" && audience.length) audience[0].checked = true;
  later(form);
}

// Replies and edits have no draft on the server: they are kept in this browser, each under its own comment, beside the
// words it began with, so that an edit made elsewhere meanwhile is not overwritten by older ones.
function keepWords(form) {
  const { body } = form.elements, key = `draft:${form.dataset.draftKey}`, before = body.defaultValue;
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (kept && kept.before === before && body.value === before) {
      body.value = kept.body;
      form.closest("details")?.setAttribute("open", "");
    }
  } catch { /* nothing readable is nothing kept */ }
  form.addEventListener("input", () => {
    try {
      if (body.value.trim() && body.value !== before) localStorage.setItem(key, JSON.stringify({ body: body.value, before }));
      else localStorage.removeItem(key);
    } catch { /* closed storage keeps nothing */ }
  });
  form.addEventListener("submit", () => { try { localStorage.removeItem(key); } catch { /* as above */ } });
}

onContent((root) => {
  for (const form of root.querySelectorAll("form[data-draft-key]:not([data-kept])")) {
    form.dataset.kept = "";
    keepWords(form);
  }
  for (const form of root.querySelectorAll("form[data-draft]:not([data-kept])")) {
    form.dataset.kept = "";
    restore(form);
    form.addEventListener("input", () => {
      form.isSent = false;
      keep(form);
      later(form);
    });
    form.addEventListener("submit", () => {
      form.isSent = true;
      clearTimeout(form.saving);
      try { localStorage.removeItem(keyOf(form)); } catch { /* closed storage keeps nothing */ }
    });
  }
});
