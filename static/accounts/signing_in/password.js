// Comforts of password fields. What is typed is looked at here and goes nowhere but into its form.
//   <input type="password">                         gets a button that shows what was typed
//   <input type="password" data-strength-least="10">  says how strong a new password looks, by its
//                                                   length and the variety of its characters

const SHOW = "显示密码";
const HIDE = "隐藏密码";
const STRONG_LENGTH = 16;
const STRONG_VARIETY = 10;
const SPEAK_AFTER_MS = 400;
const WORDS = ["太短", "弱", "中", "强"];

let counted = 0;

function strengthOf(password, least) {
  const characters = [...password];
  const variety = new Set(characters).size;
  if (characters.length < least) return 0;
  if (variety < least / 2) return 1;
  return characters.length >= STRONG_LENGTH && variety >= STRONG_VARIETY ? 3 : 2;
}

function sentence(password, least) {
  const length = [...password].length;
  if (length === 0) return "";
  const strength = strengthOf(password, least);
  const advice = [
    `还需至少 ${least - length} 个字符`,
    "重复的字符较多，请增加不同的字符",
    `加长到 ${STRONG_LENGTH} 个字符以上会更强`,
    "",
  ][strength];
  return `密码强度：${WORDS[strength]}${advice ? `，${advice}` : ""}`;
}

function addToggle(input) {
  const row = document.createElement("div");
  row.className = "password-row";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = SHOW;
  input.before(row);
  row.append(input, button);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? HIDE : SHOW;
  });
  // A password left readable would be offered again by the browser's memory of text fields.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
    button.textContent = SHOW;
  });
}

function addStrength(input) {
  const least = Number(input.dataset.strengthLeast);
  const box = document.createElement("div");
  box.className = "password-strength";
  const bar = document.createElement("meter");
  bar.hidden = true;
  bar.max = 3;
  bar.low = 1.5;
  bar.high = 2.5;
  bar.optimum = 3;
  bar.value = 0;
  bar.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.id = `password-strength-${(counted += 1)}`;
  words.setAttribute("role", "status");
  box.append(bar, words);
  input.closest(".password-row").after(box);
  let speaking;
  input.addEventListener("input", () => {
    bar.hidden = input.value === "";
    bar.value = strengthOf(input.value, least);
    clearTimeout(speaking);
    speaking = setTimeout(() => (words.textContent = sentence(input.value, least)), SPEAK_AFTER_MS);
  });
}

function enhance(part) {
  part.querySelectorAll('input[type="password"]').forEach((input) => {
    if (input.closest(".password-row")) return;
    const had = document.activeElement === input;
    addToggle(input);
    if (input.dataset.strengthLeast) addStrength(input);
    if (had) input.focus();
  });
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("htmx:afterSettle", () => enhance(document));
