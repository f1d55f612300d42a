// Loaded in <head> without defer, so that a dark page is never painted light first.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("tickmark-theme");
  } catch {
    // storage may be closed to us; the system's choice stands
  }
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.dataset.js = "";
})();
