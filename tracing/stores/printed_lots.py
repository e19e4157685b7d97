"""The lot that a code names, as SQL: in a bracketed element string, or in an MA code."""

from __future__ import annotations

_GS1 = "^[(]01[)].*[(]10[)]([^(]+)"
# Behind the five parts of the DI.
_MA = "^MA[.][0-9]+[.]M0[.][^.]+[.][^.]+(?:[.].*)?[.]L([^.]+)"


def printed_lot(code: str) -> str:
    """The lot in a code, NULL where it names none that can be read."""
    return f"coalesce(substring({code} from '{_GS1}'), substring({code} from '{_MA}'))"
