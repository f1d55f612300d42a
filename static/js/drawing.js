// Pictures of diagram texts: drawn in a sandboxed frame a moment after the last key, kept by the server. A text that
// cannot be read is told of with its line; the last good picture stays.
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
}

function draw(row) {
  const text = area(row)?.value ?? "";
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
  const answer = await fetch(box(row).dataset.keep, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!said) return tell(row, "The picture could not be kept. It is drawn again with the next key.");
  if (said.problem) return tell(row, said.problem);
  tell(row, "");
  const image = box(row).querySelector("img[data-drawn]");
  image.src = said.picture;
  image.hidden = false;
  image.parentElement.classList.add("tk-drawn");
  box(row).querySelector("[data-none]")?.remove();
}

if (frame) {
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data.isReady) {
      isReady = true;
      for (const one of document.querySelectorAll("[data-picture][data-is-old]")) draw(one.dataset.picture);
    } else if (box(data.row) && area(data.row)?.value === data.text) {
      if (data.svg) keep(data);
      else tell(data.row, why(data.text, data.line));
    }
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
