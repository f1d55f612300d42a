// “@” in a message offers the people who may see what it is about. Without scripts one types the name.
import { onContent } from "./content.js";

const TYPED = /(?:^|\s)@([\p{L}\p{N}.'’ -]{0,30})$/u;

function listFor(field) {
  if (field.people) return field.people;
  const list = Object.assign(document.createElement("ul"), { className: "dropdown-menu show tk-people", id: `${field.id}-people`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  return (field.people = list);
}

function hide(field) {
  if (field.people) field.people.hidden = true;
  field.removeAttribute("aria-activedescendant");
}

function choose(field, name) {
  const before = field.value.slice(0, field.selectionStart), after = field.value.slice(field.selectionStart);
  const start = before.lastIndexOf("@");
  field.value = `${before.slice(0, start)}@${name} ${after}`;
  field.selectionStart = field.selectionEnd = start + name.length + 2;
  hide(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(field, number) {
  const options = [...field.people.children];
  options.forEach((option, place) => option.setAttribute("aria-selected", place === number));
  options.forEach((option, place) => option.classList.toggle("active", place === number));
  field.setAttribute("aria-activedescendant", options[number].id);
  field.marked = number;
}

// What was typed since is not answered by an older list: it is narrowed at once, and a late answer is let go.
async function offer(field) {
  const typed = typedIn(field);
  if (typed === null) return hide(field);
  if (field.people && !field.people.hidden) show(field, [...field.people.children].map((one) => one.textContent), typed);
  const answer = await fetch(`${field.dataset.mentions}?${new URLSearchParams({ q: typed })}`).catch(() => null);
  const people = answer?.ok ? (await answer.json()).people : [];
  if (typedIn(field) === typed && field === document.activeElement) show(field, people, typed);
}

function typedIn(field) {
  return TYPED.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
}

function show(field, people, typed) {
  const list = listFor(field), fitting = people.filter((name) => name.toLowerCase().includes(typed.trim().toLowerCase()));
  list.replaceChildren(...fitting.map((name, place) => {
    const option = Object.assign(document.createElement("li"), { className: "dropdown-item", id: `${list.id}-${place}`, textContent: name });
    option.setAttribute("role", "option");
    option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(field, name); });
    return option;
  }));
  if (!fitting.length) return hide(field);
  list.hidden = false;
  mark(field, 0);
}

function onKey(event) {
  const field = event.target, list = field.people;
  if (!list || list.hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(field, (field.marked + step + list.children.length) % list.children.length);
  else if (event.key === "Enter" || event.key === "Tab") choose(field, list.children[field.marked].textContent);
  else if (event.key === "Escape") { hide(field); event.stopPropagation(); }
  else return;
  event.preventDefault();
}

onContent((root) => {
  for (const field of root.querySelectorAll("textarea[data-mentions]:not([data-offers])")) {
    field.dataset.offers = "";
    field.addEventListener("input", () => offer(field));
    field.addEventListener("keydown", onKey);
    field.addEventListener("blur", () => hide(field));
  }
});
document.addEventListener("live:drawn", () => document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: {} })));
