// Pictures of diagram texts: drawn in a sandboxed frame a moment after the last key, kept by the server. A text that
// cannot be read is told of with its line; the last good picture stays. What somebody has uploaded stays until they say
// that the text is to be drawn instead.
const PAUSE = 700;
const frame = document.querySelector("iframe[data-drawing-frame]");
const asked = new Map();
let isReady = false;

const box = (row) => document.querySelector(`[data-picture="${CSS.escape(row)}"]`);
const area = (row) => box(row)?.querySelector("textarea[name$='.text']");

function tell(row, sentence) {
  const place = box(row).querySelector("[data-problem]");
  place.textContent = sentence;
  place.hidden = !sentence;
  const field = area(row);
  field.classList.toggle("is-invalid", Boolean(sentence));
  if (sentence) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  const good = box(row).querySelector("[data-no-problem]");
  good.hidden = Boolean(sentence) || !field.value.trim();
}

function show(row, address, id) {
  box(row).dataset.shown = id;
  const image = box(row).querySelector("img[data-drawn]");
  image.src = address;
  image.hidden = false;
  box(row).querySelector("[data-none]")?.remove();
  return image;
}

const isUploaded = (row) => "isUploaded" in box(row).dataset;

// Whether there is an upload in the way: then its writer is asked, where there is a text to draw.
function asks(row) {
  const question = box(row).querySelector("[data-uploaded]");
  if (question) question.hidden = !isUploaded(row) || !area(row)?.value.trim();
  return isUploaded(row);
}

function draw(row) {
  const text = area(row)?.value ?? "";
  if (asks(row)) return;
  if (!isReady || asked.get(row) === text) return;
  asked.set(row, text);
  if (text.trim()) frame.contentWindow.postMessage({ row, text }, "*");
  else tell(row, "");
}

function why(text, line) {
  const words = text.split("\n")[line - 1]?.trim();
  if (words) return `Line ${line} cannot be read: “${words.slice(0, 80)}”. The last good picture stays.`;
  return line ? `The text breaks off in line ${line}. The last good picture stays.` : "This is no diagram we know. Begin with flowchart LR, sequenceDiagram, gantt or mindmap.";
}

async function keep({ row, text, svg }) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  data.set("text", text);
  data.set("svg", svg);
  if ("replacesUpload" in box(row).dataset) data.set("replaces_upload", "1");
  const answer = await fetch(box(row).dataset.keep, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!said) return tell(row, "The picture could not be kept. It is drawn again with the next key.");
  if (said.is_uploaded) {
    box(row).dataset.isUploaded = ""; // by somebody else, since this page was opened
    asked.delete(row);
    return asks(row);
  }
  if (said.problem) return tell(row, said.problem);
  delete box(row).dataset.replacesUpload;
  tell(row, "");
  show(row, said.picture, said.id).closest("figure").classList.add("tk-drawn");
  const made = box(row).querySelector("[data-made]");
  if (made) made.textContent = "Drawn just now";
}

// A picture that somebody else has drawn or uploaded meanwhile.
function theirs({ detail }) {
  for (const [path, id] of Object.entries(detail)) {
    const row = /^visuals\.pictures\.([a-z0-9]+)\.picture$/.exec(path)?.[1];
    if (!row || !id || !box(row) || box(row).dataset.shown === id) continue;
    asked.set(row, area(row)?.value);
    show(row, `${box(row).querySelector("img[data-drawn]").dataset.address}?${id}`, id);
  }
}

if (frame) {
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data.isReady) {
      isReady = true;
      for (const one of document.querySelectorAll("[data-picture][data-is-uploaded]")) asks(one.dataset.picture);
      for (const one of document.querySelectorAll("[data-picture][data-is-old]")) draw(one.dataset.picture);
    } else if (box(data.row) && area(data.row)?.value === data.text) {
      if (data.svg) keep(data);
      else tell(data.row, why(data.text, data.line));
    }
  });
  document.addEventListener("click", ({ target }) => {
    const row = target.closest?.("[data-draw]")?.closest("[data-picture]").dataset.picture;
    if (!row) return;
    delete box(row).dataset.isUploaded;
    box(row).dataset.replacesUpload = box(row).dataset.isOld = "";
    asks(row);
    draw(row);
  });
  document.querySelector("form[data-document]").addEventListener("scoping:theirs", theirs);
  document.addEventListener("content:drawn", () => {
    asked.clear();
    for (const one of document.querySelectorAll("[data-picture][data-is-old]")) draw(one.dataset.picture);
  });
  frame.src = frame.dataset.drawingFrame; // now that somebody listens
  const waiting = new Map();
  document.addEventListener("input", ({ target }) => {
    const row = target.closest?.("[data-picture]")?.dataset.picture;
    if (!row || target !== area(row)) return;
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(draw, PAUSE, row));
  });
}
