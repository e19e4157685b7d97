// <button data-copy="text" data-copy-from="id">  puts its text on the clipboard
// <span role="status">                           beside it says so
// On a plain-http address the browser offers no clipboard; then the text is selected for the reader.

function say(button, words) {
  const place = button.parentElement.querySelector("[role=status]");
  place.textContent = words;
  setTimeout(() => (place.textContent = ""), 4000);
}

function selectText(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copied(words) {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false; // refused by the browser or the reader
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  if (await copied(button.dataset.copy)) {
    say(button, "已复制");
    return;
  }
  selectText(document.getElementById(button.dataset.copyFrom));
  say(button, "已选中，请按 Ctrl+C 复制");
});
