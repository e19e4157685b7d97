// What to do when a fragment does not come.
//   a link's dialog was refused     → its page is opened instead, which says why and what to do
//   a poll could not reach the site → [data-poll-problem] beside it is shown until one gets through

function problemOf(element) {
  return element.closest("dialog")?.querySelector("[data-poll-problem]");
}

document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Redirect")) return;
  if (elt.matches("a[href]")) {
    window.location.assign(elt.href);
    return;
  }
  const problem = problemOf(elt);
  if (problem) problem.hidden = false;
});

document.addEventListener("htmx:sendError", (event) => {
  const problem = problemOf(event.detail.elt);
  if (problem) problem.hidden = false;
});

document.addEventListener("htmx:afterOnLoad", (event) => {
  const problem = problemOf(event.detail.elt);
  if (problem && event.detail.xhr.status < 400) problem.hidden = true;
});
