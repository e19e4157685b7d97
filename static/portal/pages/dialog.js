// Dialogs: native <dialog>, found by data- attributes.
//   <dialog data-dialog>          arrives open from the server; is shown modally
//   <a data-dialog-close href=…>  closes it; follows its address if the page's address is the dialog's own
//   <button data-dialog-open="id"> opens a dialog that is already in the page
// Esc and the return of the focus are the browser's own.

function ownsAddress(dialog) {
  return dialog.hasAttribute("data-own-page");
}

function leave(dialog) {
  const link = dialog.querySelector("a[data-dialog-close]");
  if (ownsAddress(dialog) && link) {
    window.location.assign(link.href);
    return;
  }
  dialog.close();
}

function show(dialog) {
  if (dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  // Not by autofocus: that would move the focus before showModal notes where to return it.
  dialog.querySelector("[data-focus]")?.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("dialog[data-dialog][open]").forEach(show);
});

// An answer settles at once (templates/base.html), so no key pressed on the way meets a dialog that is
// not modal yet.
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelectorAll("dialog[data-dialog][open]").forEach(show);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialogOpen).showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    leave(closer.closest("dialog"));
  }
});

document.addEventListener(
  "cancel",
  (event) => {
    if (!event.target.matches("dialog[data-own-page]")) return;
    event.preventDefault();
    leave(event.target);
  },
  true,
);
