"""What is typed over the cells of failing rows: boxes by row and column, or one for many rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms

from accounts.core.forms import HiddenText
from tracing.mending.actions import Typed
from tracing.records.base import Column, Record
from tracing.records.fault_kind import Severity
from tracing.records.messages import sentence
from tracing.records.reading import judge
from tracing.records.terms import Context
from tracing.uploads.cell_words import words
from tracing.uploads.models import RejectedRow

# Far more than any column keeps; a longer cell is not typed.
LONGEST_TYPED = 2_000
# With what else a form of ours brings, below the fields that a request may have.
MOST_BOXES = 150

_NAME = re.compile(r"([0-9]{1,8})\.([a-z][a-z0-9_]*)")
_SEEN = re.compile(r"([0-9]{1,8}):([0-9]{1,5}):([0-9a-f]{8})")
TOO_LONG = "{label}有 %(show_value)d 个字符，一个单元格最多填写 %(limit_value)d 个；请缩短。"
NOT_FILLED = "没有填写要统一填入的内容；请填写后再点击【列出】。"


def box(column: Column, text: str) -> forms.CharField:
    """A box for a cell of a column that holds these words now. A cell of a list is chosen; what it
    held stays among the choices, or the browser would choose another.
    """
    widget: forms.Widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    if column.kind.values:
        listed = [word for _, word in column.kind.values]
        kept = [] if text in listed else [(text, f"{text}（原内容）" if text else "请选择")]
        widget = forms.Select(choices=[*kept, *((word, word) for word in listed)])
    return forms.CharField(
        label=column.label,
        required=False,
        strip=False,
        max_length=LONGEST_TYPED,
        widget=widget,
        error_messages={"max_length": TOO_LONG.format(label=column.label)},
    )


def box_name(row: int, column: str) -> str:
    """The name of a box in the form."""
    return f"{row}.{column}"


def posted_boxes(data: Mapping[str, Any], record: Record) -> dict[int, list[str]]:
    """The boxes that a request brings: columns of the record by row."""
    columns = {column.name for column in record.columns}
    found: dict[int, list[str]] = {}
    for name in data:
        box_of = _NAME.fullmatch(name)
        if box_of and box_of[2] in columns:
            found.setdefault(int(box_of[1]), []).append(box_of[2])
    return found


class CellsForm(forms.Form):
    """Boxes for cells of failing rows. `boxes` names the columns by row; `rows` are those of them
    that fail now. `seen` remembers of each row its round and what its boxes held.
    """

    seen = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.HiddenInput,
        error_messages={"max_length": "页面内容不完整；请刷新页面后重新填写。"},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        record: Record,
        rows: Sequence[RejectedRow],
        boxes: Mapping[int, Sequence[str]],
    ) -> None:
        shown = {
            box_name(row.row, column.name): words(cell)
            for row in rows
            for column, cell in zip(record.columns, row.cells, strict=True)
        }
        super().__init__(data, initial=shown)
        self.boxes = boxes
        columns = {column.name: column for column in record.columns}
        for row, names in boxes.items():
            for name in names:
                key = box_name(row, name)
                self.fields[key] = box(columns[name], shown.get(key, ""))
        self.now_seen = " ".join(
            f"{row.row}:{row.round}:{_digest(shown[box_name(row.row, n)] for n in boxes[row.row])}"
            for row in rows
            if row.row in boxes
        )

    def typed(self, *, whole: bool) -> list[Typed]:
        """The rows whose boxes hold something else than they did; with `whole` every row."""
        rows = []
        for number, seen_round, digest in _SEEN.findall(self.cleaned_data["seen"]):
            row = int(number)
            texts = {n: self.cleaned_data[box_name(row, n)] for n in self.boxes.get(row, ())}
            if texts and (whole or _digest(texts.values()) != digest):
                rows.append(Typed(row, int(seen_round), texts, whole))
        return rows


def _digest(texts: Iterable[str]) -> str:
    """What tells whether any of the boxes of a row was typed over."""
    return sha256("\0".join(texts).encode(errors="surrogatepass")).hexdigest()[:8]


class CauseForm(forms.Form):
    """One fault of a column, as an address names it."""

    column = HiddenText()
    code = HiddenText()


class FillForm(CauseForm):
    """One value for a column of many rows. It must pass by itself; whether it does with the rest of
    a row its check tells.
    """

    seen = HiddenText()

    def __init__(self, data: Mapping[str, Any] | None, *, column: Column, world: Context) -> None:
        super().__init__(data)
        self._column, self._world = column, world
        self.fields["value"] = box(column, "")
        self.fields["value"].required = True
        self.fields["value"].error_messages["required"] = NOT_FILLED

    def clean_value(self) -> str:
        """Refuse what would fail in every row, in the words of the fault."""
        value: str = self.cleaned_data["value"]
        _, found = judge(self._column, value, self._world)
        for bad in found:
            if self._world.level(bad.code) is Severity.ERROR:
                said = sentence(bad.code, bad.detail, self._column.label)
                raise forms.ValidationError(said, code=bad.code)
        return value


class RepairsForm(forms.Form):
    """Which kinds of repairs are applied, as `column:code`."""

    seen = HiddenText()
    kind = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": "没有这一种改正；请刷新页面后重新勾选。"},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, kinds: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(kind, kind) for kind in kinds]  # type: ignore[attr-defined]
