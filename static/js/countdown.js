// A wait that the server has named: the seconds run down, and what it was for can be pressed again at its end.
for (const timer of document.querySelectorAll("[data-countdown]")) {
  const seconds = Number(timer.dataset.countdown);
  const ends = performance.now() + seconds * 1000;
  const bar = document.querySelector("[data-countdown-bar]");
  const button = document.querySelector("[data-countdown-ends]");
  const words = button?.textContent;
  if (bar) bar.hidden = false;
  const running = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    timer.textContent = `${left} second${left === 1 ? "" : "s"}`;
    if (bar) bar.value = seconds - left;
    if (button) {
      button.disabled = left > 0;
      button.textContent = left > 0 ? `${words} in ${left} s` : words;
    }
    if (left === 0) clearInterval(running);
  }
}
