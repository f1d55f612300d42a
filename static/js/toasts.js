// One at a time, six seconds, and it stays while someone is reading it.
const LIFE = 6000;

export function toast(words, turn = "firm") {
  const box = document.getElementById("toasts");
  const drawn = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  drawn.dataset.turn = turn;
  drawn.querySelector("[data-words]").textContent = words;
  box.replaceChildren(drawn);
  live(drawn);
}

function live(drawn) {
  let timer = null;
  const go = () => { timer = setTimeout(() => drawn.remove(), LIFE); };
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) drawn.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) drawn.addEventListener(name, go);
  const close = drawn.querySelector("[data-toast-close]");
  close.hidden = false;
  close.addEventListener("click", () => drawn.remove());
  go();
}

// The server may ask for one with the header HX-Trigger: {"toast": {"words": "…", "turn": "done"}}.
document.addEventListener("toast", (event) => toast(event.detail.words, event.detail.turn));
document.querySelectorAll("[data-toast]").forEach(live);
