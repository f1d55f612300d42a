// Inside the sandbox: a text comes in, a picture goes out. There is nobody else to talk to.
mermaid.initialize({
  startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, htmlLabels: false, theme: "neutral",
  flowchart: { htmlLabels: false }, class: { htmlLabels: false }, state: { htmlLabels: false },
  fontFamily: "IBM Plex Sans, Helvetica, Arial, sans-serif",
});

const lineOf = (error) => error?.hash?.loc?.first_line ?? Number(/line:?\s+(\d+)/i.exec(error?.message ?? "")?.[1] ?? 0);

// As XML: what a page writes down is not.
const asXml = (svg) => new XMLSerializer().serializeToString(
  new DOMParser().parseFromString(svg, "text/html").querySelector("svg"),
);

async function draw({ row, text }) {
  try {
    await mermaid.parse(text);
    const { svg } = await mermaid.render("drawn", text);
    return { row, text, svg: asXml(svg) };
  } catch (error) {
    return { row, text, line: lineOf(error) };
  }
}

let last = Promise.resolve();
addEventListener("message", (event) => {
  if (event.source !== parent) return;
  last = last.then(() => draw(event.data)).then((drawn) => parent.postMessage(drawn, "*"));
});
parent.postMessage({ isReady: true }, "*");
