// <button data-copy="text"> puts its text on the clipboard and says so in the messages region.
// On a plain-http address the browser offers no clipboard; then the text is selected for the reader to copy.

function say(words) {
  const toast = document.createElement("p");
  toast.className = "toast toast-success";
  toast.textContent = words;
  document.getElementById("messages").replaceChildren(toast);
  setTimeout(() => toast.remove(), 4000);
}

function selectText(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(button.dataset.copy);
    say("已复制");
    return;
  }
  selectText(document.getElementById(button.dataset.copyFrom));
  say("浏览器不允许自动复制，内容已选中，请按 Ctrl+C 复制");
});
