// How long a timer has run: a `<time datetime data-since>` counts hours and minutes while the page is open.
import { onContent } from "./content.js";

function count(part) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(part.dateTime)) / 60_000));
  const words = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  if (part.textContent !== words) part.textContent = words;
}

const all = () => document.querySelectorAll("[data-since]").forEach(count);

onContent(all);
document.addEventListener("live:drawn", all);
setInterval(all, 10_000);
