// The last thing asked for counts, whichever answer comes last: a fragment that is on its way is given
// up when another is asked for in its place, or in a place around it. This holds for every link and
// button that fetches; what a poll fetches and what a form sends always arrives.

const POLL = '[hx-trigger^="every"]';
const coming = new Set(); // {xhr, target}
let givingUp = false;

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target, xhr, requestConfig } = event.detail;
  if (requestConfig.verb !== "get" || elt.matches(POLL)) return;
  if (givingUp) {
    event.preventDefault(); // a second click on the link that is given up, which htmx kept for later
    return;
  }
  givingUp = true;
  coming.forEach((earlier) => {
    if (target.contains(earlier.target)) earlier.xhr.abort();
  });
  givingUp = false;
  const asked = { xhr, target };
  coming.add(asked);
  xhr.addEventListener("loadend", () => coming.delete(asked));
});

// A browser takes it for a click only when the button goes up over the element that it went down on.
// Where an answer puts another link in the place of the one that is pressed, that other one was meant.

let pressed = null;

document.addEventListener("mousedown", (event) => {
  pressed = event.button === 0 ? event.target.closest("a[hx-get][id]") : null;
});

document.addEventListener("mouseup", () => {
  if (pressed && !pressed.isConnected) document.getElementById(pressed.id)?.click();
  pressed = null;
});
