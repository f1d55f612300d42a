import { onContent } from "./content.js";

const root = document.documentElement;

function set(theme) {
  root.dataset.bsTheme = theme;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  set(root.dataset.bsTheme === "dark" ? "light" : "dark");
  try {
    localStorage.setItem("tickmark-theme", root.dataset.bsTheme);
  } catch {
    // the choice lasts for this page only
  }
});

// Paper is always light.
let onScreen = null;
addEventListener("beforeprint", () => {
  onScreen = root.dataset.bsTheme;
  set("light");
});
addEventListener("afterprint", () => set(onScreen));

onContent((page) => {
  for (const button of page.querySelectorAll("[data-theme-switch]")) button.hidden = false;
});
