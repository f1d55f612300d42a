// What is half typed is never lost: it is kept in this browser until the server shows the item as sent, through a
// file's upload that draws the page anew, an ended session, a closed tab or a phone that forgot it. Two weeks at most,
// and not beyond signing out. Files are not kept: they are sent as soon as they are chosen.
const DAYS = 14;
const PORTAL = location.pathname.split("/").slice(0, 3).join("/");
const keyOf = (id) => `typed ${PORTAL} ${id}`;

const mine = () => Object.keys(localStorage).filter((key) => key.startsWith(`typed ${PORTAL} `));
const forget = (keys) => keys.forEach((key) => localStorage.removeItem(key));
const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
};

const isKept = (field) => field.name && !["hidden", "file", "submit", "button"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter(isKept);
const isChoice = (field) => ["radio", "checkbox"].includes(field.type);

const keep = (form) => {
  const typed = fieldsOf(form).filter((field) => !isChoice(field) || field.checked);
  const values = typed.map((field) => [field.name, field.value]);
  localStorage.setItem(keyOf(form.dataset.keepTyped), JSON.stringify({ values, at: Date.now() }));
};

const bringBack = (form) => {
  const { values = [] } = read(keyOf(form.dataset.keepTyped));
  const isThere = (field) => values.some(([name, value]) => name === field.name && value === field.value);
  const taken = new Map();
  for (const field of fieldsOf(form)) {
    if (isChoice(field)) {
      if (values.some(([name]) => name === field.name)) field.checked = isThere(field);
      continue;
    }
    const nth = taken.get(field.name) ?? 0;
    taken.set(field.name, nth + 1);
    const said = values.filter(([name]) => name === field.name)[nth]?.[1];
    if (said && !field.value) field.value = said;
  }
};

try {
  forget(mine().filter((key) => Date.now() - (read(key).at ?? 0) > DAYS * 86400000));
  for (const { dataset } of document.querySelectorAll("[data-sent]")) forget([keyOf(dataset.sent)]);
  for (const form of document.querySelectorAll("form[data-keep-typed]")) {
    bringBack(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", () => keep(form)); // typed before this script had arrived
  }
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => forget(mine()));
} catch {
  // A browser without a store forgets; the server still draws what was typed after an error.
}
