// One file on its way: its name, a bar, and at the end a result. The words stand on the template, in the reader's language.
export function rowFor(form, file) {
  const template = form.querySelector("[data-upload-row]");
  const said = template.dataset;
  const drawn = template.content.firstElementChild.cloneNode(true);
  const words = drawn.querySelector("[data-words]");
  const bar = drawn.querySelector("progress");
  drawn.querySelector("[data-name]").textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  words.textContent = said.waiting;
  form.querySelector("[data-upload-list]").append(drawn);

  return {
    sent(loaded, total) {
      bar.value = (100 * loaded) / total;
      words.textContent = loaded < total ? said.sending.replace("{percent}", Math.floor(bar.value)) : said.checking;
    },
    waiting() {
      words.textContent = said.offline;
    },
    ended(request) {
      const answer = read(request, file.name, said);
      bar.remove();
      words.setAttribute("role", answer.error ? "alert" : "status");
      words.textContent = answer.error ?? (answer.note || said.received);
      words.classList.toggle("tk-late", Boolean(answer.error));
      return answer;
    },
  };
}

function read(request, name, said) {
  const fault = said[`status${request.status}`] ?? said.fault;
  let answer = null;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    return { error: fault };
  }
  const error = answer.files?.find((file) => file.name === name)?.error || answer.files?.find((file) => file.error)?.error;
  if (error) return { error };
  const note = answer.files?.find((file) => file.note)?.note;
  return request.status < 400 ? { redirect: answer.redirect, note } : { error: fault };
}
