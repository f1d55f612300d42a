// Files are sent as soon as they are chosen, and the page is drawn anew: what was typed beside them comes back.
// Kept for this tab alone, until the answer is sent.
const keyOf = (form) => `portal-typed-${form.dataset.keepTyped}`;

for (const form of document.querySelectorAll("form[data-keep-typed]")) {
  const { text, answer } = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
  if (text && !form.elements.text.value) form.elements.text.value = text;
  if (answer) form.elements.answer.value = answer;
  form.addEventListener("input", () => {
    const kept = { text: form.elements.text.value, answer: form.elements.answer.value };
    sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(keyOf(form)));
}
