// Parts of the page that keep themselves fresh. `data-live="request:<id>"` on an element with an id names what it is
// about, or several things with spaces between; when one changes, the part is drawn anew from the page, or from
// `data-live-src`. With `data-live-calm`, for lists of a whole firm, at most every few seconds. What is being typed there, or
// chosen, is never lost: then the part only says that there is something new. `data-presence="request:<id>"` shows who else
// looks at that; an open drawer counts before the page below it.
const POLL = 30_000, TRIES = 3, GATHER = 150, CALM = 1500;
const url = document.body?.dataset.liveUrl;
let stream = null, ended = false, isBroken = false, failures = 0, poll = null, asked = "";

const parts = () => [...document.querySelectorAll("[data-live]")];
const topicsOf = (part) => part.dataset.live.split(" ");
const topics = () => [...new Set(parts().flatMap(topicsOf))].sort();
const place = () => [...document.querySelectorAll("[data-presence]")].filter((part) => !part.closest(".offcanvas:not(.show)")).at(-1)?.dataset.presence ?? "";
const fields = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")];
// Where the page chose nothing, a list shows its first entry, and nobody has chosen that.
const isChosen = (list) => !list.multiple && ![...list.options].some((option) => option.defaultSelected) ? list.selectedIndex > 0
  : [...list.options].some((option) => option.selected !== option.defaultSelected);
const differs = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
  : field.tagName === "SELECT" ? isChosen(field)
  : field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
const isInUse = (part) => fields(part).some((field) => field === document.activeElement || differs(field))
  || part.querySelector(".dropdown-menu.show, [data-cell], [data-dragged]") !== null;

function tell(part) {
  if (part.querySelector(":scope > [data-live-news]")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm w-100 mb-2", textContent: "Something changed here. Show it" });
  button.dataset.liveNews = "";
  button.addEventListener("click", () => draw([part], true));
  part.prepend(button);
}

// Parts of one address are asked for once.
async function draw(stale, isAsked = false) {
  const sources = Map.groupBy(stale, (part) => part.dataset.liveSrc ?? location.href);
  for (const [source, group] of sources) {
    const answer = await fetch(source, { headers: { "X-Live": "1" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Asked for takes its time: whoever has begun to type meanwhile is not interrupted.
    for (const part of group) if (!isAsked && isInUse(part)) tell(part); else replace(part, fresh);
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
  if (!found || !part.isConnected || found.innerHTML === part.innerHTML) return;
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
  stale.filter(isInUse).forEach(tell);
  draw(stale.filter((part) => !isInUse(part)));
}

// Of a firm's many windows not all ask at the same moment.
function changed(names) {
  for (const name of names) { news.add(name); newsForCalm.add(name); }
  clearTimeout(soon);
  soon = setTimeout(() => refresh(news, false), GATHER);
  later ??= setTimeout(() => { later = null; refresh(newsForCalm, true); }, CALM * (1 + Math.random()));
}

const all = () => changed(topics());

// Before the line is open nobody tells: after a break everything may have changed, and work that was under way when the
// page was drawn is often done a moment later.
function catchUp() {
  const missed = parts().filter((part) => isBroken || part.querySelector("progress"));
  isBroken = false;
  if (missed.length) changed(missed.flatMap(topicsOf));
}

function present(html) {
  const drawn = new DOMParser().parseFromString(html, "text/html").body;
  for (const part of document.querySelectorAll("[data-presence]")) part.replaceChildren(...(part.dataset.presence === place() ? drawn.childNodes : []));
}

async function lookAround() {
  if (!place()) return;
  const answer = await fetch(`${url}?${new URLSearchParams({ here: place(), once: "" })}`).catch(() => null);
  if (answer?.status === 200) present(await answer.json());
}

function close() {
  stream?.close();
  stream = null;
}

function startPolling() {
  close();
  if (poll) return;
  poll = setInterval(() => { if (!document.hidden) { all(); lookAround(); } }, POLL);
  lookAround();
}

function open() {
  const wanted = topics().map((topic) => ["topic", topic]);
  if (place()) wanted.push(["here", place()]);
  if (!url || document.hidden || poll || !wanted.length) return;
  if (stream && asked === wanted.join()) return;
  close();
  asked = wanted.join();
  stream = new EventSource(`${url}?${new URLSearchParams(wanted)}`);
  stream.addEventListener("open", () => { failures = 0; ended = false; document.body.dataset.liveState = "open"; });
  stream.addEventListener("listening", catchUp);
  stream.addEventListener("changed", (event) => changed(JSON.parse(event.data)));
  stream.addEventListener("present", (event) => present(JSON.parse(event.data)));
  stream.addEventListener("full", startPolling);
  // One of its topics is out of sight: what remains is listened to again, once. With nothing left the answer is empty.
  stream.addEventListener("end", () => { close(); if (!ended) { ended = true; setTimeout(open, GATHER); } });
  stream.addEventListener("error", () => {
    if (ended) return close();
    isBroken = true;
    failures += 1;
    if (stream?.readyState === EventSource.CLOSED && failures < TRIES) { close(); setTimeout(open, 3000); }
    if (failures >= TRIES) startPolling();
  });
}

if (url) {
  open();
  for (const name of ["htmx:after:swap", "shown.bs.offcanvas", "hidden.bs.offcanvas"]) document.addEventListener(name, open);
  // A window out of sight lets go of its line, and looks for itself when it is back.
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else { open(); all(); } });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { open(); all(); } });
}
