// 图形验证码 and 短信验证码 (templates/accounts/signing_in/sms_fields.html, sign_in_code_field.html). Without this
// file they work too.
//   [data-sms-wait="60"]   its 发送验证码 rests for so many seconds and counts them down
//   [data-sms-focus]       gets the focus when the fields arrive, since the old ones had it
//   [data-sms-picture]     Enter in it means 发送验证码, not the form's own submit

const COUNTING = new WeakSet();

function countDown(area) {
  if (COUNTING.has(area)) return;
  COUNTING.add(area);
  const button = area.querySelector("[data-sms-send]");
  const words = button.textContent;
  const until = Date.now() + Number(area.dataset.smsWait) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${left} 秒后重新发送` : words;
    if (left <= 0 || !area.isConnected) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

function wakeSms() {
  document.querySelectorAll("[data-sms-wait]").forEach(countDown);
}

document.addEventListener("DOMContentLoaded", () => {
  wakeSms();
  document.querySelector("[data-sms-focus]")?.focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  wakeSms();
  if (event.detail.target?.id === "sms-fields" || event.target.id === "sms-fields") {
    document.querySelector("#sms-fields [data-sms-focus]")?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  // An input method that is still choosing characters uses Enter for itself.
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-sms-picture]")) return;
  event.preventDefault();
  event.target.closest("#sms-fields").querySelector("[data-sms-send]").click();
});
