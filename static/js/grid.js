// The table of a paper while it is written: cells pasted from a spreadsheet, taken back with Ctrl Z; Enter and the arrow
// keys move along a column. Cells that need more rows than there are go to the server, which adds them.
const table = document.querySelector("table[data-grid]");
const lines = () => [...table.tBodies[0].rows];
const fields = (line) => [...line.querySelectorAll("input[name^='cell-']")];
let undo = [];
let pasting = false;

// A cell with a tab, a line break or a quote in it stands in quotes, its own quotes doubled.
function cellsOf(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|$)/gy;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let found; (found = cell.exec(plain)) !== null;) {
    const [, said, end] = found;
    rows.at(-1).push(said.startsWith('"') && said.endsWith('"') && said.length > 1 ? said.slice(1, -1).replaceAll('""', '"') : said);
    if (end === "") break;
    if (end === "\n") rows.push([]);
  }
  return rows;
}

function targets(field, cells) {
  const all = lines();
  const first = all.indexOf(field.closest("tr"));
  const column = fields(all[first]).indexOf(field);
  const room = all.slice(first).findIndex((line, at) => at > 0 && line.classList.contains("tk-total"));
  if (cells.length > (room < 0 ? all.length - first : room)) return null;
  const found = cells.map((row, at) => row.map((text, beside) => [fields(all[first + at])[column + beside], text]));
  return found.flat().every(([target]) => target) ? found.flat() : null;
}

function put(pairs) {
  pasting = true;
  for (const [field, text] of pairs) field.value = text.trim();
  pairs[0][0].dispatchEvent(new Event("input", { bubbles: true }));
  pasting = false;
}

function send(field, text) {
  const line = field.closest("tr");
  const column = fields(line).indexOf(field);
  document.getElementById("paste-start").value = `${String.fromCharCode(65 + column)}${lines().indexOf(line) + 1}`;
  document.getElementById("pasted").value = text;
  field.form.requestSubmit(document.querySelector("[data-paste-cells]"));
}

function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const field = event.target.closest("input[name^='cell-']");
  if (!field || !/[\t\n\r]/.test(text.trimEnd())) return;
  event.preventDefault();
  const pairs = targets(field, cellsOf(text));
  if (!pairs) return send(field, text);
  undo.push(pairs.map(([target]) => [target, target.value]));
  put(pairs);
}

function move(field, by) {
  const line = field.closest("tr");
  const at = [...line.querySelectorAll("input:not([type=hidden])")].indexOf(field);
  const next = lines()[lines().indexOf(line) + by];
  const target = next?.querySelectorAll("input:not([type=hidden])")[at];
  target?.focus();
  target?.select();
}

function press(event) {
  if (!event.target.matches("input:not([type=hidden])")) return;
  const by = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    move(event.target, by);
  } else if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z" && undo.length) {
    event.preventDefault();
    put(undo.pop());
  }
}

if (table) {
  table.addEventListener("paste", paste);
  table.addEventListener("keydown", press);
  // What is typed after a paste is undone by the browser itself.
  table.addEventListener("input", () => { if (!pasting) undo = []; });
}
