"""What a call asks, held against the parameters that its interface declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.lib.refused import Refused
from tracing.api.interfaces import Parameter
from tracing.uploads.arrays import kind_word
from tracing.uploads.workbook.package import printable

TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "string": (str,),
    "integer": (int,),
    "array": (list,),
    "object": (dict,),
}


def taken(parameters: Sequence[Parameter], param: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, by the names as declared. Raises `Refused` for a name that is no parameter, a
    required one that is not given, and a value of another kind than declared.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in param:
        if name not in known:
            raise Refused("param_unknown", field=printable(name), fields="、".join(known))
    for name, parameter in known.items():
        if parameter.required and param.get(name) is None:
            raise Refused("param_missing", field=name, expected=parameter.expected)
    found = {name: value for name, value in param.items() if value is not None}
    for name, value in found.items():
        _require_fit(known[name], value)
    return found


def _require_fit(parameter: Parameter, value: Any) -> None:
    """Rows are looked at where they are taken in, by their own refusals."""
    said = {"type": parameter.type} if isinstance(parameter.type, str) else parameter.type
    if said["type"] == "array":
        return
    if type(value) not in TYPES[said["type"]]:
        raise _unfit(parameter, kind_word(value))
    if "enum" in said and value not in said["enum"]:
        raise _unfit(parameter, f"“{printable(str(value))}”")
    low, high = said.get("minimum", value), said.get("maximum", value)
    if isinstance(value, int) and not low <= value <= high:
        raise _unfit(parameter, str(value))
    if parameter.length is not None and len(value) > parameter.length:
        raise _unfit(parameter, f"{len(value)} 个字符")


def _unfit(parameter: Parameter, found: str) -> Refused:
    return unfit(parameter.name, found, parameter.expected)


def unfit(name: str, found: str, expected: str) -> Refused:
    """The refusal of a value that does not fit; the words without their stop."""
    return Refused("param_unfit", field=name, found=found, expected=expected)
