// Swagger UI speaks English alone: its words are put into Chinese where it shows them.
const WORDS = new Map([
  ["Code", "状态码"],
  ["Controls", "决定"],
  ["Copied", "已复制"],
  ["Copy to clipboard", "复制"],
  ["Description", "说明"],
  ["Example Value", "示例"],
  ["Example:", "示例："],
  ["Examples", "示例"],
  ["Examples:", "示例："],
  ["Expand all", "全部展开"],
  ["Expand operation", "展开接口"],
  ["Collapse all", "全部折叠"],
  ["Collapse operation", "折叠接口"],
  ["Headers:", "应答头："],
  ["Links", "链接"],
  ["Loading...", "正在加载……"],
  ["Media type", "媒体类型"],
  ["Name", "名称"],
  ["No links", "无"],
  ["No parameters", "没有参数"],
  ["Parameters", "参数"],
  ["Request body", "请求正文"],
  ["Responses", "应答"],
  ["Schema", "结构"],
  ["Schemas", "数据结构"],
  ["Type", "类型"],
  ["any of", "其中之一"],
  ["array", "数组"],
  ["boolean", "逻辑值"],
  ["header", "请求头"],
  ["header.", "请求头。"],
  ["number", "数字"],
  ["object", "对象"],
  ["required", "必填"],
  ["string", "文字"],
]);

const translate = (text) => {
  const word = WORDS.get(text.data.trim());
  if (word) {
    text.data = word;
  }
};

const translateWithin = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    translate(node);
    return;
  }
  // Examples are what is sent and answered, word by word.
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, (text) =>
    text.parentElement?.closest("pre, code") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  while (texts.nextNode()) {
    translate(texts.currentNode);
  }
};

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      translateWithin(node);
    }
    if (change.type === "characterData") {
      translate(change.target);
    }
  }
}).observe(document.body, { childList: true, characterData: true, subtree: true });

// What stood there before this script ran.
translateWithin(document.body);
