// Small comforts of forms, found by data- attributes. Every form works without them.
//   <form data-busy="正在上传…">      its submit button is disabled and says so while the request runs
//   <select data-submits>            sends its form when changed
//   <input data-select-all="name">   ticks every checkbox of that name in its fieldset or form, and
//                                    shows whether all, some or none are; skips disabled ones and
//                                    those with data-singly
//   <button data-needs-ticks="name"> is disabled until a checkbox of that name in its form is ticked
//   <details data-menu>              closes on Esc and on a click elsewhere
//   <details data-side>              starts folded on a phone
//   <button data-dismiss>            removes the message it stands in

function boxes(area, name) {
  return [...area.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
}

function boxesOf(all) {
  const area = all.closest("fieldset") ?? all.form;
  return boxes(area, all.dataset.selectAll).filter((box) => !box.disabled && !("singly" in box.dataset));
}

function refreshTicks() {
  document.querySelectorAll("[data-select-all]").forEach((all) => {
    const ticked = boxesOf(all).map((box) => box.checked);
    all.hidden = ticked.length === 0;
    all.checked = ticked.length > 0 && ticked.every(Boolean);
    all.indeterminate = ticked.some(Boolean) && !all.checked;
  });
  document.querySelectorAll("[data-needs-ticks]").forEach((button) => {
    button.disabled = !boxes(button.form, button.dataset.needsTicks).some((box) => box.checked);
  });
}

function closeMenus(except) {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

document.addEventListener("submit", (event) => {
  const words = event.target.dataset.busy;
  const button = event.submitter;
  if (!words || !button || event.defaultPrevented) return;
  // After this turn, so that the button's own name and value still travel.
  setTimeout(() => {
    button.disabled = true;
    button.textContent = words;
  });
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.dataset.selectAll) {
    boxesOf(input).forEach((box) => (box.checked = input.checked));
  }
  if ("submits" in input.dataset) input.form.requestSubmit();
  refreshTicks();
});

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.parentElement.remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A page taken back from the browser's cache must not keep a dead button.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

document.addEventListener("htmx:afterSettle", refreshTicks);

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-dismiss]").forEach((button) => (button.hidden = false));
  if (window.matchMedia("(max-width: 48rem)").matches) {
    document.querySelectorAll("details[data-side]").forEach((side) => (side.open = false));
  }
  refreshTicks();
});
