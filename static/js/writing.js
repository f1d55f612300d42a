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

function use(tool, field) {
  if (tool.dataset.begin) begin(field, tool.dataset.begin);
  else around(field, tool.dataset.around, tool.dataset.close ?? tool.dataset.around);
}

const KEYS = { b: "**", i: "*" };

onContent((root) => {
  for (const writing of root.querySelectorAll("[data-writing]:not([data-written])")) {
    const field = writing.querySelector("textarea"), tools = writing.querySelector("[data-writing-tools]");
    writing.dataset.written = "";
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const tool = event.target.closest("button");
      if (tool) use(tool, field);
    });
    field.addEventListener("keydown", (event) => {
      const mark = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key];
      if (!mark) return;
      event.preventDefault();
      around(field, mark, mark);
    });
  }
});
