// Page tabs (templates/components/page_tabs.html): the shown one is scrolled into view, and after one
// was closed the focus goes to its neighbour.

function reveal() {
  const row = document.querySelector("#page-tabs ul");
  const shown = row?.querySelector("[aria-current]");
  if (shown) row.scrollLeft = shown.parentElement.offsetLeft - row.offsetLeft - row.clientWidth / 3;
}

document.addEventListener("DOMContentLoaded", reveal);

document.addEventListener("htmx:afterSettle", () => {
  const tabs = document.getElementById("page-tabs");
  if (!tabs || tabs.contains(document.activeElement) || document.activeElement !== document.body) return;
  reveal();
  tabs.querySelector("[data-tab-focus]")?.focus();
});
