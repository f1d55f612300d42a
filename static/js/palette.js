// Ctrl-K, and the search box in the head of the page, open a dialog that searches while one types. Without scripts the
// box is a form that leads to the page of results.
const dialog = document.getElementById("palette");
const field = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");
const WAIT = 140;
let timer, asking = null, asked = null;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

// A late answer to what was typed before is let go.
async function ask() {
  if (field.value === asked) return;
  asking?.abort();
  asking = new AbortController();
  const typed = field.value;
  const answer = await fetch(`${dialog.dataset.palette}?${new URLSearchParams({ q: typed })}`, { signal: asking.signal }).catch(() => null);
  if (typed !== field.value || !answer) return;
  if (!answer.ok || answer.redirected) return location.assign(`${dialog.dataset.palettePage}?${new URLSearchParams({ q: typed })}`);
  asked = typed;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = document.importNode(page.querySelector("[data-palette-answer]"), true);
  list.replaceChildren(...found.children);
  options().forEach((option, place) => { option.id = `palette-option-${place}`; });
  dialog.querySelector("[data-palette-status]").textContent = found.dataset.paletteAnswer;
  choose(options()[0]);
}

function move(step) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

// Enter before the answer has come goes to the page of results, which knows as much.
function enter(event) {
  const option = field.value === asked ? chosen() : null;
  const address = option?.href ?? `${dialog.dataset.palettePage}?${new URLSearchParams({ q: field.value })}`;
  if (event.ctrlKey || event.metaKey) window.open(address, "_blank", "noopener");
  else location.assign(address);
}

function open(typed = "") {
  field.value = typed;
  asked = null;
  list.replaceChildren();
  window.tabler.Modal.getOrCreateInstance(dialog).show();
  ask();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.classList.contains("show")) open();
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens-palette], .tk-search");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(opener.value ?? opener.querySelector("input")?.value ?? "");
  });
  dialog.addEventListener("shown.bs.modal", () => field.focus());
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") enter(event);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
}
