// A multipart form with `data-upload` sends its files one by one and shows how far each has come.
// With `data-upload-begin` they go in pieces, so that a dropped connection costs one piece (upload-pieces.js).
import { onContent } from "./content.js";
import { sendInPieces } from "./upload-pieces.js";
import { post } from "./upload-post.js";
import { rowFor } from "./upload-row.js";

const AT_ONCE = 3;
let sending = 0;

onContent((page) => {
  for (const form of page.querySelectorAll("form[data-upload]")) {
    form.querySelectorAll("[data-upload-submit]").forEach((button) => { button.hidden = true; });
    form.querySelectorAll("[data-drop]").forEach((zone) => zone.classList.add("is-ready"));
    form.querySelectorAll("[data-drop-words]").forEach((words) => { words.hidden = false; });
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (form && event.target.type === "file" && event.target.files.length) sendAll(form, event.target);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("form[data-upload] [data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragover");
    if (name === "drop") sendAll(zone.closest("form"), zone.querySelector("[type=file]"), event.dataTransfer.files);
  });
}
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

async function sendAll(form, input, files = input.files) {
  const chosen = (input.multiple ? [...files] : [...files].slice(0, 1)).map((file) => ({ file, row: rowFor(form, file) }));
  if (!chosen.length) return;
  input.value = "";
  sending += 1;
  const waiting = [...chosen];
  const answers = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      answers.push(next.row.ended(await send(form, input.name, next.file, next.row)));
    }
  };
  // Answers to a request come one after another: the page without pieces locks the request anyway.
  await Promise.all(Array.from({ length: form.dataset.uploadBegin ? AT_ONCE : 1 }, work));
  sending -= 1;
  goOn(form, answers);
}

// To the page that shows what came; what was refused or noted is read first.
function goOn(form, answers) {
  const next = answers.map((answer) => answer.redirect).filter(Boolean).at(-1);
  const link = form.querySelector("[data-upload-next]");
  const stays = answers.some((answer) => answer.error || answer.note);
  if (stays && next && link) {
    link.href = next;
    link.hidden = false;
  } else if (!stays) {
    if (next) location.assign(next);
    else location.reload();
  }
}

function send(form, field, file, row) {
  if (form.dataset.uploadBegin) return sendInPieces(form, file, row);
  const body = new FormData(form);
  body.delete(field);
  body.append(field, file);
  return post(form.action, body, { progress: (event) => row.sent(event.loaded, event.total) });
}
