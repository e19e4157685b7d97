"""Kinds of the codes of consumables: UDI and their DI, and the checks of a consumable's columns."""

from __future__ import annotations

from dataclasses import dataclass

from portal.lib.identifiers import is_gtin
from tracing.records import udi
from tracing.records.base import Check
from tracing.records.cells import shown
from tracing.records.code_kinds import EAN_13, GTIN_14, Trace, trace_code_doubts
from tracing.records.terms import Bad, Cell, Context
from tracing.records.trace_codes import System, recognise


def udi_doubts(code: str, context: Context) -> Bad | None:
    """Judge a UDI: GS1 and MA as every trace code; what has no grammar may be of AHM."""
    if code.isdecimal() and recognise(code) is System.OWN:
        return Bad("udi_form", (shown(code), str(len(code))))
    bad = trace_code_doubts(code, context)
    return bad._replace(code="udi_opaque") if bad and bad.code == "trace_code_own" else bad


def without_production(code: str, context: Context) -> Bad | None:
    """Remark on a code that is a good DI alone: all lots of the product have the same."""
    bare = udi.is_bare(code) and udi_doubts(code, context) is None
    return Bad("udi_without_pi", (shown(code),)) if bare else None


@dataclass(frozen=True)
class Udi(Trace):
    """A UDI in its canonical form; a DI of 13 digits lacks its leading zero."""

    devices: bool = True
    checks: tuple[Check, ...] = (udi_doubts,)

    def parse(self, cell: Cell) -> str | Bad | None:
        code = super().parse(cell)
        if isinstance(code, Bad) and code.code == "trace_code_is_prod_code":
            code = code.detail[0] if len(code.detail[0]) == EAN_13 else code
            return _padded(code) if isinstance(code, str) else code
        return _padded(code) if isinstance(code, str) and _is_ean(code) else code


def _is_ean(code: str) -> bool:
    return len(code) == EAN_13 and is_gtin(code)


def _padded(digits: str) -> str:
    return f"(01){digits.zfill(GTIN_14)}"


@dataclass(frozen=True)
class DeviceIdentifier(Udi):
    """The DI of a consumable; of a whole UDI it is the part that is kept."""

    def parse(self, cell: Cell) -> str | Bad | None:
        code = super().parse(cell)
        if not isinstance(code, str) or udi.production(code) is None:
            return code
        return udi.device_identifier(code) or code
