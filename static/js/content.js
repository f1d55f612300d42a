// Runs a behaviour on the page as it stands, and again on whatever htmx puts in.
export function onContent(behave) {
  behave(document);
  document.addEventListener("htmx:after:swap", () => behave(document));
}
