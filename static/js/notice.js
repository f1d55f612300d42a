// Closing a notice of the platform is remembered by this browser alone, and for this notice alone.
const KEPT = 60 * 60 * 24 * 30;

for (const drawn of document.querySelectorAll("[data-notice]")) {
  const mine = `notice=${drawn.dataset.notice}`;
  // Pages of the public site come from caches that know no cookies.
  if (document.cookie.split("; ").includes(mine)) drawn.remove();
  const close = drawn.querySelector("[data-notice-close]");
  close.hidden = false;
  close.addEventListener("click", () => {
    document.cookie = `${mine}; path=/; max-age=${KEPT}; samesite=lax`;
    drawn.remove();
    document.getElementById("main")?.focus();
  });
}
