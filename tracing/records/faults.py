"""The catalogue of every finding a row can have.

The codes are a public contract: error workbooks, API answers and counts quote them, so a code is
never renamed. The words stand in the catalogue only; `messages.sentence` fills their slots.
"""

from __future__ import annotations

from tracing.records.fault_kind import FaultKind
from tracing.records.faults_between_records import FAULTS_BETWEEN_RECORDS
from tracing.records.faults_of_cells import FAULTS_OF_CELLS
from tracing.records.faults_of_codes import FAULTS_OF_CODES
from tracing.records.faults_of_consumables import (
    FAULTS_OF_CONSUMABLE_CELLS,
    FAULTS_OF_CONSUMABLE_ROWS,
    FAULTS_OF_CONSUMABLES_STORED,
)
from tracing.records.faults_of_rows import FAULTS_ACROSS, FAULTS_AGAINST_DATABASE

_OF_DATABASE = (
    *FAULTS_AGAINST_DATABASE,
    *FAULTS_BETWEEN_RECORDS,
    *FAULTS_OF_CONSUMABLES_STORED,
)

FAULTS: dict[str, FaultKind] = {
    kind.code: kind
    for kind in (
        *FAULTS_OF_CELLS,
        *FAULTS_OF_CODES,
        *FAULTS_OF_CONSUMABLE_CELLS,
        *FAULTS_ACROSS,
        *FAULTS_OF_CONSUMABLE_ROWS,
        *_OF_DATABASE,
    )
}

# Found by queries over staged rows, not by the pure checks.
DATABASE_FAULTS = frozenset(kind.code for kind in _OF_DATABASE)
