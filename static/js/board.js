// A board: cards are dragged to a column and place, moved with M and a choice, or with Alt and an arrow key within their
// column, as are the rows of a list. All send the card's own forms, which work without this, too; columns without
// `data-lane` follow from other things and take no card.
import { onContent } from "./content.js";

let dragged = null, from = null, focusAfter = "";

const cardAt = (target) => target?.closest?.("[data-card]");
const formOf = (card) => card.querySelector("form");
const nextCard = (card) => card.nextElementSibling?.dataset.card ?? "";

function send(card, state, before) {
  const form = formOf(card);
  form.elements.before.value = before;
  form.elements.last.value = before ? "" : "1";
  focusAfter = card.id;
  const button = form.querySelector(`button[value="${state}"]`);
  button.disabled = false; // the column it stands in: only its place changes
  form.requestSubmit(button);
}

function place(card, lane, y) {
  const others = [...lane.querySelectorAll("[data-card]")].filter((other) => other !== card);
  const after = others.find((other) => { const { top, height } = other.getBoundingClientRect(); return y < top + height / 2; });
  const list = lane.querySelector("ol");
  if (after) after.before(card);
  else list.append(card);
}

function endDrag() {
  document.querySelectorAll(".tk-lane.is-over").forEach((lane) => lane.classList.remove("is-over"));
  dragged?.removeAttribute("data-dragged");
  dragged = from = null;
}

document.addEventListener("dragstart", (event) => {
  dragged = cardAt(event.target);
  if (!dragged) return;
  from = { list: dragged.parentElement, next: dragged.nextElementSibling };
  dragged.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("a").href);
});
document.addEventListener("dragover", (event) => {
  const lane = dragged && event.target.closest?.("[data-lane]");
  if (!lane) return;
  event.preventDefault();
  document.querySelectorAll(".tk-lane.is-over").forEach((other) => other.classList.toggle("is-over", other === lane));
  lane.classList.add("is-over");
  place(dragged, lane, event.clientY);
});
document.addEventListener("drop", (event) => {
  const lane = dragged && event.target.closest?.("[data-lane]");
  if (!lane) return;
  event.preventDefault();
  const card = dragged, stays = from.list === card.parentElement && from.next === card.nextElementSibling;
  endDrag();
  if (!stays) send(card, lane.dataset.lane, nextCard(card));
});
document.addEventListener("dragend", () => {
  if (dragged && from) from.list.insertBefore(dragged, from.next); // dropped nowhere: back to its place
  endDrag();
});

function openMenu(card) {
  const menu = card.querySelector("details");
  menu.open = true;
  menu.querySelector("button:enabled").focus();
}

// One place up or down: the button that does it stands in the card's menu, or in the row.
document.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const thing = event.target.closest?.("[data-card], [data-placed]");
  if (!way || !thing || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const button = thing.querySelector(`[data-place=${way}]:enabled`);
  if (!button) return;
  focusAfter = thing.id;
  button.form.requestSubmit(button);
});

document.addEventListener("keydown", (event) => {
  const card = cardAt(event.target);
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  const menu = card.querySelector("details");
  if (event.key === "m" && !event.target.closest("form")) {
    event.preventDefault();
    openMenu(card);
  } else if (event.key === "Escape" && menu.open) {
    menu.open = false;
    card.querySelector("a").focus();
  } else if (menu.open && ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"].includes(event.key)) {
    event.preventDefault();
    const buttons = [...menu.querySelectorAll("button:enabled")];
    const step = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : -1;
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  }
});
document.addEventListener("submit", (event) => { if (cardAt(event.target)) focusAfter = cardAt(event.target).id; });

// The board is drawn anew after a move: the focus stays with the card, unless somebody has gone on elsewhere, and its
// column is said.
document.addEventListener("htmx:after:swap", () => {
  const card = focusAfter && document.getElementById(focusAfter);
  if (!card) return;
  focusAfter = "";
  if (document.activeElement === document.body) card.querySelector("a").focus();
  const lane = card.closest(".tk-lane")?.querySelector("h2").textContent;
  const said = document.querySelector("[data-board-said]");
  const beside = [...card.parentElement.children];
  const where = `place ${beside.indexOf(card) + 1} of ${beside.length}`;
  if (said) said.textContent = `${card.querySelector(".tk-ref").textContent} is ${lane ? `in ${lane}, ${where}` : `at ${where}`}`;
});

function makeDraggable(page) {
  for (const card of page.querySelectorAll("[data-card]")) {
    card.draggable = true;
    card.querySelector("a").draggable = false;
  }
}
onContent(makeDraggable);
document.addEventListener("live:drawn", (event) => makeDraggable(event.target));
