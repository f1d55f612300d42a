// Single keys work where the body says `data-shortcuts`, never while someone is typing.
const WAIT = 1200;
let went = 0;

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]") && target.type !== "checkbox";
const isOverlayOpen = () => document.querySelector(".modal.show, .offcanvas.show");

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isOverlayOpen()) return;
  if (event.key === "/") return find(event);
  if (event.timeStamp - went < WAIT) return go(event);
  if (event.key === "g") went = event.timeStamp;
});

function find(event) {
  const filter = document.querySelector("[data-list-filter]");
  if (!filter) return;
  event.preventDefault();
  filter.focus();
  filter.select();
}

function go(event) {
  went = 0;
  if (!/^[a-z]$/.test(event.key)) return;
  document.querySelector(`[data-go="${event.key}"]`)?.click();
}
