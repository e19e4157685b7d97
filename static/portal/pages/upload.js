// The drop zone: a file dropped on it is put into its own file input, so the form sends it as if chosen.
//   <div data-drop-zone data-limit="10485760" data-endings=".xlsx,.csv">
//     <input type="file"> <p data-drop-words> …
// data-ending-cure and data-size-cure are what to do instead, where it is no workbook that is uploaded.
// The size and the ending are told before anything is sent; the server checks both again.

function sized(bytes) {
  const [number, unit] = bytes < 1048576 ? [bytes / 1024, "K"] : [bytes / 1048576, "M"];
  return `${Number(number.toFixed(1))}${unit}`;
}

// As people read them: in bytes where they would look the same (tracing/uploads/workbook/read.py: sizes).
function sizes(found, limit) {
  const words = [sized(found), sized(limit)];
  return words[0] === words[1] ? [`${found} 字节`, `${limit} 字节`] : words;
}

function complaint(zone, files) {
  if (files.length > 1) return `一次只能选择 1 个文件，您选择了 ${files.length} 个。请只选择一个文件。`;
  const file = files[0];
  const limit = Number(zone.dataset.limit);
  const endings = zone.dataset.endings.split(",");
  if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
    const cure = zone.dataset.endingCure ?? "请用导入模板填写后上传。";
    return `“${file.name}”不是 ${endings.join("、")} 文件。${cure}`;
  }
  if (file.size > limit) {
    const cure = zone.dataset.sizeCure ?? "请拆成几个文件分别上传。";
    const [found, most] = sizes(file.size, limit);
    return `“${file.name}”大小为 ${found}，超过上限 ${most}。${cure}`;
  }
  return "";
}

function tell(zone) {
  const input = zone.querySelector('input[type="file"]');
  const words = zone.querySelector("[data-drop-words]");
  if (input.files.length === 0) {
    words.textContent = "";
    return;
  }
  const wrong = complaint(zone, input.files);
  words.textContent = wrong || `已选择：${input.files[0].name}`;
  words.classList.toggle("errorlist", Boolean(wrong));
  if (wrong) input.value = "";
}

function zoneOf(event) {
  return event.target instanceof Element ? event.target.closest("[data-drop-zone]") : null;
}

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("is-over");
});

document.addEventListener("dragleave", (event) => {
  zoneOf(event)?.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  if (event.dataTransfer.files.length === 0) return;
  zone.querySelector('input[type="file"]').files = event.dataTransfer.files;
  tell(zone);
});

document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (zone && event.target.matches('input[type="file"]')) tell(zone);
});
