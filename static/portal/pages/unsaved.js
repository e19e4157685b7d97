// Nobody loses what was typed without being asked.
//   <form data-unsaved="The question.">  is asked about before its dialog is left by Esc, × or a link
//                                        while a field holds something else than the server sent
//   data-unsaved-now                     the server sent it back as it was typed, and kept none of it
// A page that is closed or loaded anew is asked about in the browser's own words.

let leaving = false; // it was sent, or whoever typed it lets it go

function isChanged(field) {
  if (!field.name || field.type === "hidden") return false;
  if (field.options) return [...field.options].some((option) => option.selected && !option.defaultSelected);
  return "defaultValue" in field && field.value !== field.defaultValue;
}

// Fields of its pager belong to a form too, but stand outside of it.
function unsaved(area) {
  return [...area.querySelectorAll("form[data-unsaved]")].find(
    (form) => "unsavedNow" in form.dataset || [...form.elements].some((field) => form.contains(field) && isChanged(field)),
  );
}

function stays(event, dialog) {
  const form = dialog && !leaving ? unsaved(dialog) : null;
  if (!form) return;
  leaving = window.confirm(form.dataset.unsaved);
  if (leaving) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

window.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]:not([download], [target])");
    stays(event, link?.closest("dialog"));
  },
  true,
);

// The key and not only what follows from it: a browser lets a page hold a dialog open no more than once.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape") stays(event, event.target.closest("dialog"));
  },
  true,
);

window.addEventListener("cancel", (event) => stays(event, event.target.closest("dialog")), true);

document.addEventListener("submit", (event) => {
  if ("unsaved" in event.target.dataset && !event.defaultPrevented) leaving = true;
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved(document)) event.preventDefault();
});
