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

async function offer(field) {
  const typed = TYPED.exec(field.value.slice(0, field.selectionStart));
  if (!typed) return hide(field);
  const answer = await fetch(`${field.dataset.mentions}?${new URLSearchParams({ q: typed[1] })}`).catch(() => null);
  if (!answer?.ok) return hide(field);
  const { people } = await answer.json();
  const list = listFor(field);
  list.replaceChildren(...people.map((name, place) => {
    const option = Object.assign(document.createElement("li"), { className: "dropdown-item", id: `${list.id}-${place}`, textContent: name });
    option.setAttribute("role", "option");
    option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(field, name); });
    return option;
  }));
  list.hidden = !people.length;
  if (people.length) mark(field, 0);
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
