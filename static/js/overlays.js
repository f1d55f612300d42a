// Drawers and dialogs. `data-open` opens one with the page; a link or button with `data-shows="#id"` opens it once
// htmx has filled it; `data-closed-url` on the overlay is the address of the page without it.
import { onContent } from "./content.js";

function open(overlay) {
  const { Offcanvas, Modal } = window.tabler;
  (overlay.matches(".offcanvas") ? Offcanvas : Modal).getOrCreateInstance(overlay).show();
}

onContent((page) => {
  for (const overlay of page.querySelectorAll(".offcanvas[data-open], .modal[data-open]")) {
    overlay.removeAttribute("data-open");
    open(overlay);
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const shows = event.detail.ctx?.sourceElement?.dataset.shows;
  if (shows && event.detail.ctx.response?.status < 400) open(document.querySelector(shows));
});

for (const name of ["hidden.bs.offcanvas", "hidden.bs.modal"]) {
  document.addEventListener(name, (event) => {
    const address = event.target.dataset.closedUrl;
    if (address) history.replaceState(history.state, "", address);
  });
}
