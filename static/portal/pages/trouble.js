// What to do when a fragment does not come.
//   a poll could not reach the site → [data-poll-problem] beside it is shown until one gets through
//   a link's dialog was refused     → its page is opened instead, which says why and what to do
//   anything else                   → what the server's page says is told where the reader is: at the
//                                     head of the dialog, or among the messages of the page

const POLL = '[hx-trigger^="every"]';
const UNREACHED = "没有收到服务器的答复。请检查网络后再试一次。";
const UNCERTAIN =
  "没有收到服务器的答复，不能确定这次操作是否完成。填写的内容仍保留在此页面上；请检查网络后再试一次。";

function pollProblem(element) {
  return element.closest("dialog").querySelector("[data-poll-problem]");
}

// The words of an error page (templates/components/error.html).
function said(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".error-page");
  if (!page) return `服务器没有完成这次操作（${xhr.status}）。请稍后再试；仍不成功时请联系平台管理人员。`;
  return [...page.querySelectorAll("h1, h1 + p")].map((part) => part.textContent.trim()).join("：");
}

function forget() {
  document.querySelectorAll("[data-trouble]").forEach((told) => told.remove());
}

function toast(told) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.dataset.dismiss = "";
  close.ariaLabel = "关闭提示";
  close.textContent = "×";
  told.className = "toast toast-error";
  told.append(close);
  document.getElementById("messages").append(told); // a live region
}

function notice(told, body) {
  told.className = "notice notice-bad";
  told.setAttribute("role", "alert");
  body.querySelector(':scope > :not([type="hidden"])').before(told);
  told.scrollIntoView({ block: "nearest" });
}

// Where no dialog is open around it, none lies over the messages of the page either.
function tell(element, words) {
  forget();
  const told = document.createElement("p");
  told.dataset.trouble = "";
  told.textContent = words;
  const body = element.closest("dialog")?.querySelector(".dialog-body");
  if (body) notice(told, body);
  else toast(told);
}

document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Redirect")) return;
  if (elt.matches(POLL)) pollProblem(elt).hidden = false;
  else if (elt.matches("a[href]")) window.location.assign(elt.href);
  else tell(elt, said(xhr));
});

document.addEventListener("htmx:sendError", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt.matches(POLL)) pollProblem(elt).hidden = false;
  else tell(elt, requestConfig.verb === "get" ? UNREACHED : UNCERTAIN);
});

document.addEventListener("htmx:afterOnLoad", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.status >= 400) return;
  if (elt.matches(POLL)) pollProblem(elt).hidden = true;
  else forget();
});
