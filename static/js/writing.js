// The tools above a text that takes Markdown: they put its marks around what is chosen, or in front of its lines.
import { onContent } from "./content.js";

// As if it had been typed, so that Ctrl Z takes it back; where a browser does not know that, it is set.
function put(field, from, to, words) {
  field.focus();
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(field, open, close) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const chosen = value.slice(from, to);
  put(field, from, to, open + chosen + close);
  field.setSelectionRange(from + open.length, from + open.length + chosen.length);
}

function begin(field, mark) {
  const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const lines = field.value.slice(from, field.selectionEnd).split("\n");
  put(field, from, field.selectionEnd, lines.map((line) => mark + line).join("\n"));
}

// At the caret; a whole line of its own where it is one.
function insert(field, words, isLine) {
  const at = field.selectionEnd, isFirst = !at || field.value[at - 1] === "\n";
  put(field, at, at, isLine && !isFirst ? `\n${words}` : words);
}

function use(tool, field) {
  const { begin: mark, insert: words, insertLine: line, around: open, close } = tool.dataset;
  if (mark) begin(field, mark);
  else if (words) insert(field, words, false);
  else if (line) insert(field, line, true);
  else if (open) around(field, open, close ?? open);
  tool.closest("details")?.removeAttribute("open");
}

const KEYS = { b: "**", i: "*" };
const words = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

function count(writing) {
  const place = writing.querySelector("[data-word-count]");
  if (!place) return;
  const sum = [...writing.querySelectorAll("textarea")].reduce((number, field) => number + words(field.value), 0);
  place.textContent = `${sum.toLocaleString(document.documentElement.lang)} word${sum === 1 ? "" : "s"}`;
}

function key(event) {
  const mark = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key];
  if (!mark || !event.target.matches("textarea")) return;
  event.preventDefault();
  around(event.target, mark, mark);
}

// Where several texts share their tools, these are for the one that was written in last.
function equip(writing) {
  const tools = writing.querySelector("[data-writing-tools]");
  let last = null;
  tools.hidden = false;
  writing.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) last = target; });
  tools.addEventListener("click", ({ target }) => {
    const tool = target.closest("button"), field = last?.isConnected ? last : writing.querySelector("textarea");
    if (tool && field) use(tool, field);
  });
  writing.addEventListener("keydown", key);
  writing.addEventListener("input", () => count(writing));
}

onContent((root) => {
  for (const writing of root.querySelectorAll("[data-writing]:not([data-written])")) {
    writing.dataset.written = "";
    equip(writing);
  }
});
