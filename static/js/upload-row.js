// One file on its way: its name, a bar, and at the end a result in words.
const SENTENCES = {
  0: "Not sent: the connection dropped. Choose the file again, and it goes on where it stopped.",
  403: "Not sent: you are signed out or may not add files here. Reload the page.",
  413: "Not accepted: the file is too large.",
  429: "Not sent: too many files in a short time. Wait a minute, then choose it again.",
};
const FAULT = "Not sent: something went wrong on our side. Choose the file again.";

export function rowFor(form, file) {
  const drawn = form.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
  const words = drawn.querySelector("[data-words]");
  const bar = drawn.querySelector("progress");
  drawn.querySelector("[data-name]").textContent = file.name;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  words.textContent = "Waiting";
  form.querySelector("[data-upload-list]").append(drawn);

  return {
    sent(loaded, total) {
      bar.value = (100 * loaded) / total;
      words.textContent = loaded < total ? `Sending, ${Math.floor(bar.value)}%. Stay on this page.` : "Checking the file";
    },
    waiting() {
      words.textContent = "No connection. Trying again by itself.";
    },
    ended(request) {
      const answer = read(request, file.name);
      bar.remove();
      words.setAttribute("role", answer.error ? "alert" : "status");
      words.textContent = answer.error ?? (answer.note || "Received");
      words.classList.toggle("tk-late", Boolean(answer.error));
      return answer;
    },
  };
}

function read(request, name) {
  let answer = null;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    return { error: SENTENCES[request.status] ?? FAULT };
  }
  const error = answer.files?.find((file) => file.name === name)?.error || answer.files?.find((file) => file.error)?.error;
  if (error) return { error };
  const note = answer.files?.find((file) => file.note)?.note;
  return request.status < 400 ? { redirect: answer.redirect, note } : { error: SENTENCES[request.status] ?? FAULT };
}
