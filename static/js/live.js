// The line over which a page hears what changed of what it shows (live-parts.js), and who else looks at that:
// `data-presence="request:<id>"` shows them; an open drawer counts before the page below it.
import { catchUp, changed, topics } from "./live-parts.js";

const POLL = 30_000, TRIES = 3, AGAIN = 150;
const url = document.body?.dataset.liveUrl;
let stream = null, former = [], ended = false, isBroken = false, failures = 0, poll = null, asked = "";

const place = () => [...document.querySelectorAll("[data-presence]")].filter((part) => !part.closest(".offcanvas:not(.show)")).at(-1)?.dataset.presence ?? "";
const all = () => changed(topics());

function present(html) {
  const drawn = new DOMParser().parseFromString(html, "text/html").body;
  for (const part of document.querySelectorAll("[data-presence]")) part.replaceChildren(...(part.dataset.presence === place() ? drawn.childNodes : []));
}

async function lookAround() {
  if (!place()) return;
  const answer = await fetch(`${url}?${new URLSearchParams({ here: place(), once: "" })}`).catch(() => null);
  if (answer?.status === 200) present(await answer.json());
}

function hangUp() {
  for (const one of former) one.close();
  former = [];
}

function close() {
  hangUp();
  stream?.close();
  stream = null;
}

function startPolling() {
  close();
  if (poll) return;
  poll = setInterval(() => { if (!document.hidden) { all(); lookAround(); } }, POLL);
  lookAround();
}

// Before the first line is open nobody tells; afterwards the one before is kept until the next hears.
function begin() {
  hangUp();
  catchUp(isBroken);
  isBroken = false;
}

// One of its topics is out of sight: what remains is listened to again, once. With nothing left the answer is empty.
function end() {
  close();
  isBroken = true;
  if (!ended) { ended = true; setTimeout(open, AGAIN); }
}

function fail(line) {
  if (ended) return close();
  isBroken = true;
  failures += 1;
  if (line.readyState === EventSource.CLOSED && failures < TRIES) { close(); setTimeout(open, 3000); }
  if (failures >= TRIES) startPolling();
}

function open() {
  const wanted = topics().map((topic) => ["topic", topic]);
  if (place()) wanted.push(["here", place()]);
  if (!url || document.hidden || poll || !wanted.length) return;
  if (stream && asked === wanted.join()) return;
  if (stream) former.push(stream);
  asked = wanted.join();
  const line = stream = new EventSource(`${url}?${new URLSearchParams(wanted)}`);
  const on = (name, act) => line.addEventListener(name, (event) => { if (line === stream) act(event); });
  line.addEventListener("changed", (event) => changed(JSON.parse(event.data)));
  on("open", () => { failures = 0; ended = false; document.body.dataset.liveState = "open"; });
  on("listening", begin);
  on("present", (event) => present(JSON.parse(event.data)));
  on("full", startPolling);
  on("end", end);
  on("error", () => fail(line));
}

if (url) {
  open();
  for (const name of ["htmx:after:swap", "shown.bs.offcanvas", "hidden.bs.offcanvas"]) document.addEventListener(name, open);
  // A window out of sight lets go of its line, and looks for itself when it is back.
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else { open(); all(); } });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { open(); all(); } });
}
