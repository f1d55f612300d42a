import { onContent } from "./content.js";

onContent((page) => {
  for (const button of page.querySelectorAll("[data-password] button[hidden]")) button.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-password] button");
  if (!button) return;
  const field = button.closest("[data-password]").querySelector("input");
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", shown);
  field.focus();
});
