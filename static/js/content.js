// Runs a behaviour on the page as it stands, and again on whatever htmx, or a script of ours, puts in.
export function onContent(behave) {
  behave(document);
  for (const name of ["htmx:after:swap", "content:drawn"]) document.addEventListener(name, () => behave(document));
}
