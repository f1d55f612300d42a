// A file in pieces: the server says where to go on, after a dropped connection and on a page loaded anew.
import { json, post } from "./upload-post.js";

const WAITS = [1, 2, 4, 8, 15, 30, 30, 60, 60, 120];

export async function sendInPieces(form, file, row) {
  const begun = await insist(row, () => post(form.dataset.uploadBegin, announcement(form, file)));
  const upload = json(begun);
  if (begun.status !== 200) return begun;
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  let received = upload.received;
  while (received < file.size) {
    const from = received;
    const piece = file.slice(from, from + upload.piece_bytes);
    const answer = await insist(row, () => post(upload.piece_url, piece, {
      headers: { ...headers, "Content-Type": "application/octet-stream", "Upload-Offset": String(from) },
      progress: (event) => row.sent(from + event.loaded, file.size),
    }));
    if (answer.status !== 200 && answer.status !== 409) return answer;
    received = json(answer).received;
  }
  row.sent(file.size, file.size);
  return insist(row, () => post(upload.completion_url, announcement(form, file), { headers }));
}

function announcement(form, file) {
  const body = new FormData(form);
  for (const input of form.querySelectorAll("[type=file]")) body.delete(input.name);
  body.set("name", file.name);
  body.set("size", file.size);
  body.set("fingerprint", file.lastModified);
  return body;
}

// Ask again while there is no connection, or the server is busy or being replaced.
async function insist(row, ask) {
  for (const seconds of WAITS) {
    const answer = await ask();
    if (answer.status !== 0 && answer.status < 502 && answer.status !== 429) return answer;
    row.waiting();
    await pause(seconds);
  }
  return ask();
}

function pause(seconds) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", done);
  });
}
