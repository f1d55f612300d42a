// Parts of the page that keep themselves fresh. `data-live="request:<id>"` on an element with an id names what it is
// about, or several things with spaces between; when one changes, the part is drawn anew from the page, or from
// `data-live-src`. With `data-live-calm`, for lists of a whole firm, at most every few seconds. What is being typed there, or
// chosen, is never lost: then the part only says that there is something new.
const GATHER = 150, CALM = 1500, RETRY = 30_000, LONGEST = 60_000;

const parts = () => [...document.querySelectorAll("[data-live]")];
const topicsOf = (part) => part.dataset.live.split(" ");
const sourceOf = (part) => part.dataset.liveSrc ?? location.href;
const fields = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")];
// Where the page chose nothing, a list shows its first entry, and nobody has chosen that.
const isChosen = (list) => !list.multiple && ![...list.options].some((option) => option.defaultSelected) ? list.selectedIndex > 0
  : [...list.options].some((option) => option.selected !== option.defaultSelected);
const differs = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
  : field.tagName === "SELECT" ? isChosen(field)
  : field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
const isInUse = (part) => fields(part).some((field) => field === document.activeElement || differs(field))
  || part.querySelector(".dropdown-menu.show, [data-cell], [data-dragged]") !== null;

export const topics = () => [...new Set(parts().flatMap(topicsOf))].sort();

function tell(part) {
  if (part.querySelector(":scope > [data-live-news]")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm w-100 mb-2", textContent: "Something changed here. Show it" });
  button.dataset.liveNews = "";
  button.addEventListener("click", () => draw([part], true));
  part.prepend(button);
}

// Where an answer is awaited, to a question of ours or to what somebody did, news waits until it has come: nothing older
// may take the place of something newer, and no answer may come to a place that has gone.
const awaited = new Map(), waiting = new Set();
const isAwaited = (part) => [...awaited.values()].some((place) => place.contains(part) || part.contains(place));
const wait = (part) => topicsOf(part).forEach((name) => waiting.add(name));

function heed() {
  if (!waiting.size) return;
  const names = [...waiting];
  waiting.clear();
  changed(names);
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (ctx.target) awaited.set(ctx, ctx.target); });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => { awaited.delete(ctx); heed(); });

// Parts of one address are asked for once.
function draw(stale, isAsked = false) {
  for (const [source, group] of Map.groupBy(stale, sourceOf)) drawFrom(source, group, isAsked);
}

async function drawFrom(source, group, isAsked) {
  for (const part of group) awaited.set(part, part);
  const text = await ask(source).catch(() => null);
  for (const part of group) awaited.delete(part);
  if (text) put(new DOMParser().parseFromString(text, "text/html"), source, group, isAsked);
  if (text !== null) return heed();
  setTimeout(() => { group.forEach(wait); heed(); }, RETRY);
}

// The page as it stands now; empty where it is no longer this person's, nothing where the server is in trouble.
async function ask(source) {
  const signal = AbortSignal.timeout(LONGEST);
  const answer = await fetch(source, { headers: { "X-Live": "1" }, credentials: "same-origin", signal });
  if (answer.ok && !answer.redirected) return answer.text();
  return answer.status >= 500 ? null : "";
}

// Being asked takes its time: whoever has begun to type meanwhile is not interrupted.
function put(fresh, source, group, isAsked) {
  const isDrawnWithin = (part) => group.some((outer) => outer !== part && outer.contains(part));
  for (const part of group) {
    if (!part.isConnected && isDrawnWithin(part)) continue;
    if (!part.isConnected || isAwaited(part) || sourceOf(part) !== source) wait(part);
    else if (!isAsked && isInUse(part)) tell(part);
    else replace(part, fresh);
  }
}

// What was changed in a part that is drawn anew, by the form's address, the parent it answers and the field's name:
// carried over to where it stands now, and to the details that were opened for it.
const nameOf = (field) => field.id || [field.form?.getAttribute("action") ?? "", field.form?.elements.parent?.value ?? "", field.name,
  ["checkbox", "radio"].includes(field.type) ? field.value : ""].join(" ");

function carryOver(part, found) {
  const fresh = new Map(fields(found).map((field) => [nameOf(field), field]));
  for (const field of fields(part).filter(differs)) {
    const now = fresh.get(nameOf(field));
    if (!now) continue;
    if (field.type === "file") now.files = field.files;
    else if (field.type === "checkbox" || field.type === "radio") now.checked = field.checked;
    else if (field.tagName === "SELECT") for (const option of now.options) option.selected = [...field.selectedOptions].some((one) => one.value === option.value);
    else now.value = field.value;
  }
}

// Finds the element again where the same was drawn anew: by its own id, or as the so-manieth of what has one.
function placeOf(element) {
  const anchor = element.closest("[id]"), at = [...anchor.querySelectorAll("a, button, summary")].indexOf(element);
  return () => anchor === element ? document.getElementById(anchor.id)
    : document.getElementById(anchor.id)?.querySelectorAll("a, button, summary")[at];
}

function replace(part, fresh) {
  const key = part.dataset.liveKey;
  const drawn = key ? fresh.querySelector(`[data-live-key="${key}"]`) : fresh.getElementById(part.id);
  const found = drawn && document.importNode(drawn, true); // the bell stands on the page twice
  if (!found || found.innerHTML === part.innerHTML) return;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.closest("[id]")?.id);
  const focused = part.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  carryOver(part, found);
  part.replaceWith(found);
  for (const id of open) document.querySelector(`details#${CSS.escape(id)}, #${CSS.escape(id)} details`)?.setAttribute("open", "");
  window.htmx?.process(found);
  focused?.()?.focus();
  found.dispatchEvent(new CustomEvent("live:drawn", { bubbles: true }));
}

// What changed since this was last drawn, for parts that are drawn at once and for calm ones.
const news = new Set(), newsForCalm = new Set();
let soon = null, later = null;

function refresh(names, isCalm) {
  const stale = parts().filter((part) => "liveCalm" in part.dataset === isCalm && topicsOf(part).some((name) => names.has(name)));
  names.clear();
  const free = stale.filter((part) => !isAwaited(part));
  stale.filter(isAwaited).forEach(wait);
  free.filter(isInUse).forEach(tell);
  draw(free.filter((part) => !isInUse(part)));
}

// Of a firm's many windows not all ask at the same moment.
export function changed(names) {
  for (const name of names) { news.add(name); newsForCalm.add(name); }
  clearTimeout(soon);
  soon = setTimeout(() => refresh(news, false), GATHER);
  later ??= setTimeout(() => { later = null; refresh(newsForCalm, true); }, CALM * (1 + Math.random()));
}

// Draws anew what may have changed unheard: work that was under way when the page was drawn is often done a moment later.
export const catchUp = (wasDeaf) => {
  const missed = parts().filter((part) => wasDeaf || part.querySelector("progress"));
  if (missed.length) changed(missed.flatMap(topicsOf));
};
