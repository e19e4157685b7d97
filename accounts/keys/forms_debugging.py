"""签名调试: what was sent, in its parts or as the whole message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from accounts.keys.debugging import parsed_hidden
from accounts.keys.models import KEY_LENGTH
from accounts.keys.signing import LENGTHS
from portal.lib.strict_json import NotStrict, parsed

PARTS = ("ak", "timestamp", "sign", "param")
# Characters. A message of rows may be longer; its first rows show the same mistake.
PARAM_LENGTH = 16_000
MESSAGE_LENGTH = PARAM_LENGTH + 1_000
TOO_LONG = "有 %(show_value)d 个字符，最多 %(limit_value)d 个；请用行数少一些的调用来调试。"
MISSING = "请填写{name}，或者粘贴整个报文。"
PARAM_IS_OBJECT = (
    "报文里的 param 不是文字。应先把请求参数写成一个 JSON 字符串，对它签名，再把同一个字符串作为"
    " param 发送；作为对象发送时，接收方无法知道您签名时的空格和顺序。"
)


class Message(NamedTuple):
    """What was sent."""

    ak: str
    timestamp: str
    sign: str
    param: str


def _text(label: str, most: int, rows: int = 0, help_text: str = "") -> forms.CharField:
    """A text that is taken exactly as it is."""
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows, "spellcheck": "false"}) if rows else forms.TextInput,
        error_messages={"max_length": f"{label}{TOO_LONG}"},
    )


class DebugForm(forms.Form):
    """A call in its parts, or its whole message, which goes before them. `secrets`: SKeys that no
    error may tell."""

    message = _text("整个报文", MESSAGE_LENGTH, 4, "发送的 JSON 原文；填写后不必再填下面四项。")
    ak = _text("ak", LENGTHS["ak"])
    timestamp = _text("timestamp", LENGTHS["timestamp"])
    sign = _text("sign", LENGTHS["sign"])
    param = _text("param", PARAM_LENGTH, 6, "实际发送的 param 字符串，一个字符都不要改。")
    signed = _text(
        "您的程序签名的字符串",
        PARAM_LENGTH + 200,
        4,
        "可以不填。填写时请把其中的 SKey 换成 ***SKey***，将指出第一处不同。",
    )

    def __init__(self, data: QueryDict | None = None, secrets: Sequence[str] = ()) -> None:
        super().__init__(data)
        self.secrets = secrets

    def clean(self) -> dict[str, Any]:
        """Read the message, or ask for the parts."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("message", "param", "signed"):
            # A browser sends each break of a box of lines as two characters.
            cleaned[name] = (cleaned.get(name) or "").replace("\r\n", "\n")
        if cleaned["message"].strip():
            self._read(cleaned)
        elif not self.errors:
            for name in PARTS[:3]:
                if not cleaned[name]:
                    self.add_error(name, MISSING.format(name=name))
        return cleaned

    def sent(self) -> Message:
        """What was sent, of a form that is valid."""
        return Message(*(self.cleaned_data[name] for name in PARTS))

    def _read(self, cleaned: dict[str, Any]) -> None:
        try:
            parsed_hidden(cleaned["message"], self.secrets)
            message = parsed(cleaned["message"])
        except NotStrict as error:
            self.add_error("message", f"报文不是有效的 JSON：{error.why}；请粘贴发送的原文。")
            return
        if not isinstance(message, dict):
            self.add_error("message", "报文应为含 ak、timestamp、sign、param 的一个 JSON 对象。")
            return
        for name in PARTS:
            value = message.get(name)
            if isinstance(value, str):
                cleaned[name] = value
            elif name == "param" and value is not None:
                self.add_error("message", PARAM_IS_OBJECT)
            else:
                self.add_error("message", f"报文里的 {name} 缺少或不是文字；应为 JSON 字符串。")


def shown_ak(ak: str) -> str:
    """An AKey that was sent, no longer than one is."""
    return ak if len(ak) <= KEY_LENGTH else f"{ak[:KEY_LENGTH]}…"
