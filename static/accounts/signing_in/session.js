// The session of a signed-in page (templates/components/session.html). Without this file everything
// works too: a form sent too late leads to the sign-in page.
//   Before a form is sent by POST, and when a fragment is refused with 401, the session is asked for.
//   Is it over, the sign-in card opens over the page; what waited goes on as it was typed.
//   A page that was out of sight shows nothing until the server says that its session lives; where it
//   does not, the sign-in card stands over an empty page, and what was typed comes back after it.
//   While the server cannot be reached, the page stays empty and asks again by itself.
//   Two minutes before a session ends for want of use, a dialog asks whether to go on.
//   <form data-sends-anyway>  is sent without asking

const WARN_MS = 120_000;
const KEEP_MS = 60_000;
const AGAIN_MS = 3_000;
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "input", "wheel", "touchstart"];

const page = document.getElementById("session");
const passive = page ? { [page.dataset.passive]: "true" } : {};
let waiting = null; // what goes on after the sign-in
let coming = false; // the sign-in card is on its way
let sending = null; // the form whose question is out or answered
let lastKept = Date.now();
let timer = 0;
let telling = ""; // which problem the dialog tells

// --- the question

// Returns {account, left, last, token}, or null where the server cannot be reached. A question by
// itself is no sign of life.
async function ask(headers = passive) {
  try {
    const answer = await fetch(page.dataset.session, { headers, cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function renew(token) {
  document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => (field.value = token));
}

function tell(problem) {
  telling = problem;
  const told = document.getElementById("session-problem");
  told.querySelectorAll("[data-problem]").forEach((part) => {
    part.hidden = !part.dataset.problem.split(" ").includes(problem);
  });
  if (!told.open) told.showModal();
}

function untell() {
  telling = "";
  document.getElementById("session-problem").close();
}

// Goes on at once while the session lives, else after the sign-in.
async function whenSignedIn(goOn, giveUp = () => {}) {
  const answer = await ask({});
  if (answer === null) {
    tell("offline");
    giveUp();
  } else if (answer.account === "") {
    giveUp();
    openCard(goOn);
  } else if (answer.account !== page.dataset.account) {
    tell("other");
    giveUp();
  } else {
    renew(answer.token);
    watch(answer);
    goOn();
  }
}

// --- the sign-in card

function card() {
  return document.getElementById("sign-in-again");
}

function openCard(goOn) {
  waiting = goOn ?? waiting;
  document.getElementById("idle").close();
  if (card()?.open || coming) return;
  coming = true;
  const address = `${page.dataset.signIn}?again=${page.dataset.account}`;
  htmx.ajax("GET", address, { target: "#session-slot", swap: "innerHTML" }).finally(() => (coming = false));
}

document.addEventListener("signed-in", (event) => {
  card()?.close();
  unshut();
  renew(event.detail.token);
  // A picture code counts for one sign-in only.
  document.querySelectorAll("[data-picture]").forEach((picture) => {
    if (card()?.contains(picture)) return;
    htmx.ajax("GET", page.dataset.picture, { target: picture, swap: "outerHTML" });
  });
  const goOn = waiting;
  waiting = null;
  look();
  goOn?.();
});

document.addEventListener(
  "close",
  (event) => {
    if (event.target === card()) waiting = null;
    // An empty page is nowhere to go back to.
    const told = event.target.id === "session-problem" ? telling : "";
    if ((event.target !== card() && !told) || !("shut" in root.dataset)) return;
    if (told === "waiting") seen();
    else window.location.assign(page.dataset.start);
  },
  true,
);

// --- a page that is looked at again

const root = document.documentElement;
let again = 0; // the timer of the next question, while a page that is shut got no answer
let focused = null; // what had the focus when the page was shut

function shut() {
  if (!("shut" in root.dataset)) focused = document.activeElement;
  root.dataset.shut = "";
}

// What is not seen cannot keep the focus.
function unshut() {
  if (!("shut" in root.dataset)) return;
  delete root.dataset.shut;
  if (focused?.isConnected) focused.focus({ preventScroll: true });
}

// Out of sight it shows nothing, so that nothing flashes up when it is seen again.
async function seen() {
  if (document.visibilityState === "hidden") {
    shut();
    return;
  }
  const answer = await ask();
  clearTimeout(again);
  if (answer === null) {
    // What was in sight stays; what was not may be another's by now, who signed out.
    if (!("shut" in root.dataset)) return;
    again = setTimeout(seen, AGAIN_MS);
    tell("waiting");
  } else if (answer.account === page.dataset.account) {
    if (telling === "waiting") untell();
    unshut();
    watch(answer);
  } else {
    shut();
    if (answer.account !== "") {
      tell("gone");
      return;
    }
    if (telling === "waiting") untell();
    openCard();
  }
}

// --- forms and fragments

function asksFirst(form) {
  const method = (form.getAttribute("method") ?? "get").toLowerCase();
  return page && method === "post" && !("sendsAnyway" in form.dataset) && !form.closest("#session-slot");
}

// Before every other listener: it is as if the form were sent only when the answer is there.
window.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!asksFirst(form) || form.hasAttribute("hx-post") || event.submitter?.hasAttribute("hx-post")) return;
    if (sending?.form === form && sending.goesOn) {
      sending = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sending) return; // a second click while the question is out
    const mine = { form, goesOn: false };
    sending = mine;
    const submitter = event.submitter;
    whenSignedIn(
      () => {
        sending = { form, goesOn: true };
        form.requestSubmit(submitter?.isConnected ? submitter : null);
        // Where the browser found the form wanting, nothing was sent.
        if (sending?.goesOn) sending = null;
      },
      () => (sending = null),
    );
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  const { elt, verb, issueRequest, question } = event.detail;
  if (!page || verb === "get" || elt.closest("#session-slot") || "sendsAnyway" in elt.dataset) return;
  event.preventDefault();
  whenSignedIn(() => issueRequest(!question));
});

document.addEventListener("htmx:configRequest", (event) => {
  if (page && event.detail.elt.matches('[hx-trigger^="every"]')) Object.assign(event.detail.headers, passive);
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr } = event.detail;
  if (!page || xhr.status !== 401) return;
  event.preventDefault();
  const clicked = elt.matches("a, button") ? () => elt.isConnected && elt.click() : null;
  openCard(clicked);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  // The card says itself why a try was stopped.
  if (xhr.status === 429 && event.detail.target.id === "session-slot") {
    Object.assign(event.detail, { shouldSwap: true, isError: false });
  }
  // A form of another unit: its answer is a page, not a part of one.
  if (xhr.getResponseHeader("Portal-Wrong-Unit")) {
    Object.assign(event.detail, { shouldSwap: true, target: document.body, isError: false });
  }
});

// --- the end for want of use

function watch({ left, last }) {
  clearTimeout(timer);
  const rest = left * 1000;
  document.getElementById("idle").dataset.last = String(last);
  timer = setTimeout(look, Math.max(1000, rest > WARN_MS ? rest - WARN_MS : rest + 1000));
}

function clockIn(seconds) {
  return new Date(Date.now() + seconds * 1000).toLocaleTimeString("zh-CN", { hour12: false });
}

function warn({ left, last }) {
  const dialog = document.getElementById("idle");
  dialog.querySelectorAll("[data-idle-end]").forEach((place) => (place.textContent = clockIn(left)));
  dialog.querySelector("[data-idle-going]").hidden = last;
  dialog.querySelector("[data-idle-last]").hidden = !last;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-idle-stay]").focus();
}

// Another tab may have kept the session, or ended it: the server knows.
async function look() {
  const answer = await ask();
  if (answer === null) {
    timer = setTimeout(look, KEEP_MS);
  } else if (answer.account !== page.dataset.account) {
    if (answer.account === "") openCard();
  } else {
    if (answer.left * 1000 <= WARN_MS) warn(answer);
    else document.getElementById("idle").close();
    watch(answer);
  }
}

// Typing a long form is use, though nothing is sent.
async function keep() {
  if (Date.now() - lastKept < KEEP_MS || document.getElementById("idle").open || card()?.open) return;
  lastKept = Date.now();
  const answer = await ask({});
  if (answer?.account === page.dataset.account) watch(answer);
}

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-idle-stay]")) return;
  document.getElementById("idle").close();
  const answer = await ask({});
  if (answer?.account === page.dataset.account) watch(answer);
  else look();
});

if (page) {
  SIGNS_OF_LIFE.forEach((sign) => document.addEventListener(sign, keep, { passive: true }));
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  window.addEventListener("pageshow", (event) => event.persisted && seen());
  watch({ left: Number(page.dataset.idle), last: false });
}
