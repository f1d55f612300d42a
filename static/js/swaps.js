// What htmx leaves to the page: where the focus goes after errors, and what is said when a request fails.
import { toast } from "./toasts.js";

const SENTENCES = {
  403: "Your role does not allow that. Nothing was changed.",
  404: "That is no longer here. Reload the page to see what is.",
  429: "Too many tries in a short time. Wait a minute, then try again.",
};
const FAULT = "That did not work, and it is our fault. Try again in a moment.";
const OFFLINE = "No connection. Nothing was saved; try again when you are back.";

function focusFirstError(part) {
  (part.querySelector("[aria-invalid=true]") ?? part.querySelector("[data-form-errors]"))?.focus();
}

// A cell that opens in its place takes the focus; when it closes, the link that opened it gets it back.
function keepFocusInRow({ sourceElement, target }) {
  const closed = sourceElement?.closest("[data-cell]")?.dataset.cell;
  if (closed) document.querySelector(`a.tk-inline[href="${closed}"]`)?.focus();
  else target?.querySelector?.("[data-cell] :is(input:not([type=hidden]), select)")?.focus();
}

// What had the focus and is drawn anew has it again: nobody tabs through a drawer from its beginning for every tick.
let before = "";

function keepFocus() {
  if (before && document.activeElement === document.body) document.getElementById(before)?.focus();
}

document.addEventListener("htmx:before:swap", () => { before = document.activeElement?.id ?? ""; });
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx?.response?.status === 422) focusFirstError(document.getElementById("main") ?? document);
  else if (ctx) keepFocusInRow(ctx);
  keepFocus();
});
document.addEventListener("htmx:response:error", (event) => {
  const { status, headers } = event.detail.ctx.response;
  const refusal = headers?.get("X-Refusal"); // of the firm's plan, which knows more than a role
  if (refusal) toast(JSON.parse(refusal), "late");
  else if (status in SENTENCES) toast(SENTENCES[status], "late");
  else if (status >= 500) toast(FAULT, "late");
});
document.addEventListener("htmx:error", () => {
  if (!navigator.onLine) toast(OFFLINE, "late");
});

// A form sent without htmx comes back as a whole page with the same status.
const arrival = performance.getEntriesByType("navigation")[0];
if ((arrival?.responseStatus ?? 422) === 422) focusFirstError(document);
