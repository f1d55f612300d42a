// Files are sent as soon as they are chosen, and the page is drawn anew: what was typed beside them comes back.
// Kept for this tab alone, until the server shows the item as sent: a press of the button may meet an ended session.
const keyOf = (id) => `portal-typed-${id}`;

for (const { dataset } of document.querySelectorAll("[data-sent]")) sessionStorage.removeItem(keyOf(dataset.sent));

const keep = (form) => {
  const { text, answer } = form.elements;
  sessionStorage.setItem(keyOf(form.dataset.keepTyped), JSON.stringify({ text: text.value, answer: answer.value }));
};

for (const form of document.querySelectorAll("form[data-keep-typed]")) {
  const { text, answer } = JSON.parse(sessionStorage.getItem(keyOf(form.dataset.keepTyped)) ?? "{}");
  if (text && !form.elements.text.value) form.elements.text.value = text;
  if (answer) form.elements.answer.value = answer;
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => keep(form)); // typed before this script had arrived
}
