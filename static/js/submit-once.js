// A form is sent once: a second press does nothing, and after 400 ms the button says what goes on.
// `data-busy-word="Saving"` on the button names the work; the page’s body has a word for all others, in its language.
const SLOW = 400;

const isSending = (form) => "busy" in form.dataset || form.classList.contains("htmx-request");

document.addEventListener("submit", (event) => {
  if (!isSending(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target === "_blank" || "downloads" in form.dataset) return;
  form.dataset.busy = "";
  setTimeout(() => show(event.submitter ?? form.querySelector("[type=submit]")), SLOW);
});

function show(button) {
  if (!button || button.ariaBusy === "true") return;
  button.dataset.words = button.innerHTML;
  button.ariaBusy = "true";
  button.disabled = true;
  const spinner = Object.assign(document.createElement("span"), { className: "spinner-border spinner-border-sm me-2", ariaHidden: "true" });
  button.replaceChildren(spinner, button.dataset.busyWord ?? document.body.dataset.busyWord);
}

function release(form) {
  delete form.dataset.busy;
  for (const button of form.querySelectorAll("[aria-busy=true][data-words]")) {
    button.innerHTML = button.dataset.words;
    button.disabled = false;
    button.removeAttribute("aria-busy");
    delete button.dataset.words;
  }
}

document.addEventListener("htmx:before:request", (event) => {
  const form = event.target.closest?.("form[method=post]");
  if (form) form.slow = setTimeout(() => show(form.querySelector("[type=submit]")), SLOW);
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) { clearTimeout(form.slow); release(form); }
});
// Back from the history: the page may return as it was left, mid-press.
addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach(release); });
