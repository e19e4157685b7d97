// <button data-print hidden>  is shown where there is a script, and prints the page
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
