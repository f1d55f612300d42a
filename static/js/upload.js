// An ordinary multipart form with `data-upload` sends its files one by one and shows how far each has come.
import { onContent } from "./content.js";
import { rowFor } from "./upload-row.js";

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
  const chosen = input.multiple ? [...files] : [...files].slice(0, 1);
  const rows = chosen.map((file) => rowFor(form, file));
  input.value = "";
  sending += 1;
  const answers = [];
  for (const [index, file] of chosen.entries()) answers.push(await send(form, input.name, file, rows[index]));
  sending -= 1;
  if (answers.some((answer) => answer.error)) return;
  const next = answers.at(-1)?.redirect;
  if (next) location.assign(next);
  else location.reload();
}

function send(form, field, file, row) {
  const body = new FormData(form);
  body.delete(field);
  body.append(field, file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (event) => row.sent(event.loaded, event.total));
    request.addEventListener("loadend", () => resolve(row.ended(request)));
    request.send(body);
  });
}
