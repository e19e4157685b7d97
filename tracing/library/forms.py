"""What staff type to keep the 识别规则库."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.core.forms import written_field
from tracing.library.actions import Asked
from tracing.library.models import VersionRule
from tracing.library.system_names import RESERVED
from tracing.records.code_parts import WAYS
from tracing.records.rule_checks import CHECKS
from tracing.records.rule_sets import rule_of_line
from tracing.records.safe_patterns import GROUPS, LONGEST_PATTERN, SafePattern, UnsafePattern
from tracing.records.trace_codes import SYSTEM_LENGTH, System, system_label

# As many codes as one looks at on a page; each no longer than a cell that is judged.
MOST_TYPED, TYPED_LENGTH = 50, 5_000
BY_LABEL = {system.label: system.value for system in System if system not in RESERVED}
PATTERN_HELP = (
    f"RE2 的写法，须符合整个追溯码（规范后的写法），最多 {LONGEST_PATTERN} 个字符；"
    "不能用前后断言和反向引用。"
    f"可用 (?P<名称>…) 标出各部分，名称有 {'、'.join(GROUPS)}。"
)
SYSTEM_HELP = f"已有的体系：{'、'.join(BY_LABEL)}；也可填写新的名称，最多 {SYSTEM_LENGTH} 个字。"


class RuleForm(forms.Form):
    """A rule of staff."""

    title = written_field("名称", 40)
    pattern = forms.CharField(
        label="正则表达式",
        max_length=LONGEST_PATTERN,
        help_text=PATTERN_HELP,
        widget=forms.TextInput(
            attrs={
                "size": 80,
                "spellcheck": "false",
                "autocapitalize": "off",
                "autocomplete": "off",
            }
        ),
        error_messages={
            "required": "请填写正则表达式。",
            "max_length": "正则表达式有 %(show_value)d 个字符，最多 %(limit_value)d 个；请缩短。",
        },
    )
    system = written_field("编码体系", SYSTEM_LENGTH, help_text=SYSTEM_HELP)
    check = forms.ChoiceField(
        label="校验",
        choices=[(name, check.title) for name, check in CHECKS.items()],
        help_text="GTIN 校验位校验名为 gtin 的部分，没有这一部分时校验整个码。",
    )
    leaves = forms.BooleanField(
        label="校验不符的由后面的规则判断", required=False, help_text="不选时判为错误或提醒。"
    )
    parts = forms.ChoiceField(
        label="拆分", choices=[(name, way.title) for name, way in WAYS.items()]
    )

    def clean_pattern(self) -> str:
        """Refuse what could not be used, beside the field."""
        pattern: str = self.cleaned_data["pattern"]
        try:
            SafePattern(pattern)
        except UnsafePattern as unsafe:
            raise forms.ValidationError(f"正则表达式{unsafe}；请修改。") from unsafe
        return pattern

    @staticmethod
    def asked(values: dict[str, Any]) -> Asked:
        """The rule as the action takes it."""
        return Asked(
            title=values["title"],
            pattern=values["pattern"],
            system=BY_LABEL.get(values["system"], values["system"]),
            check_name=values["check"],
            leaves=values["leaves"],
            parts=values["parts"],
        )

    @staticmethod
    def of(rule: VersionRule) -> dict[str, Any]:
        """What the form says of a rule."""
        return {
            "title": rule.title,
            "pattern": rule.pattern,
            "system": system_label(rule.system),
            "check": rule.check_name,
            "leaves": rule.leaves,
            "parts": rule.parts,
        }

    @staticmethod
    def like(rule: VersionRule) -> dict[str, Any]:
        """What the form says of a new rule that begins as a copy of another."""
        known = rule_of_line(rule.line)
        if known is None:
            return {}
        return {
            "title": f"{known.title}（副本）",
            "pattern": known.pattern.pattern,
            "system": system_label(known.system),
            "check": known.check,
            "leaves": known.confirm is not None,
            "parts": known.parts,
        }


class PlaceForm(forms.Form):
    """Where a rule is tried."""

    place = forms.IntegerField(
        label="次序",
        min_value=1,
        max_value=32767,
        help_text="从 1 起；第一条符合的规则决定编码体系。",
        error_messages={"required": "请填写次序。", "invalid": "次序应为整数；请修改。"},
    )


class TypedForm(forms.Form):
    """Codes to try."""

    codes = forms.CharField(
        label="追溯码",
        max_length=TYPED_LENGTH,
        help_text=f"每行一个，最多 {MOST_TYPED} 个；像上传时单元格里那样填写。",
        error_messages={
            "required": "请填写追溯码，每行一个。",
            "max_length": "内容有 %(show_value)d 个字符，最多 %(limit_value)d 个；请分次试用。",
        },
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "vLargeTextField"}),
    )

    def clean_codes(self) -> list[str]:
        """The lines that hold something."""
        lines = [line for line in self.cleaned_data["codes"].splitlines() if line.strip()]
        if len(lines) > MOST_TYPED:
            raise forms.ValidationError(f"有 {len(lines)} 行，最多 {MOST_TYPED} 行；请分次试用。")
        return lines
