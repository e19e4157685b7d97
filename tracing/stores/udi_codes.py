"""医用耗材追溯码信息: the rules against the database, and how rows are stored."""

from __future__ import annotations

from functools import cached_property

from tracing.records.bindings import taking_kinds
from tracing.records.shapes import SERIAL
from tracing.stores import lots
from tracing.stores.codes import CodesStore
from tracing.stores.local_times import earlier, written_date
from tracing.stores.lookups import rows_by
from tracing.stores.row_faults import Parameters, RowFault, row_faults
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import Target, same_names

# Codes whose consumable is not there yet, or has another DI by all that is known of it. Looked up
# once for each DI of a 医保耗材代码, of which a file has a few.
AGAINST_ITEMS = f"""
    WITH said AS MATERIALIZED (
        SELECT mcs_code, udi_di FROM {STAGED_COPY}
        WHERE submission_id = %(submission)s GROUP BY mcs_code, udi_di),
    judged AS MATERIALIZED (
        SELECT mcs_code, udi_di,
               EXISTS (SELECT 1 FROM tracing_consumableitem i
                       WHERE i.unit_id = %(unit)s AND i.mcs_code = said.mcs_code
                         AND i.voided_at IS NULL) AS known,
               EXISTS (SELECT 1 FROM tracing_consumableitem i
                       WHERE i.unit_id = %(unit)s AND i.mcs_code = said.mcs_code
                         AND i.udi_di = said.udi_di AND i.voided_at IS NULL)
               OR EXISTS (SELECT 1 FROM tracing_consumablespec p
                          WHERE p.unit_id = %(unit)s AND p.mcs_code = said.mcs_code
                            AND p.udi_di = said.udi_di AND p.voided_at IS NULL) AS same
        FROM said)
    SELECT s.row, 'mcs_code', 'item_unknown', ARRAY[s.mcs_code::text]
    FROM {STAGED_COPY} s
    JOIN judged j ON j.mcs_code = s.mcs_code AND j.udi_di IS NOT DISTINCT FROM s.udi_di
    WHERE s.submission_id = %(submission)s AND NOT j.known
    UNION ALL
    SELECT s.row, 'lv1_trac_code', 'udi_differs', ARRAY[s.udi_di::text, s.mcs_code::text]
    FROM {STAGED_COPY} s JOIN judged j ON j.mcs_code = s.mcs_code AND j.udi_di = s.udi_di
    WHERE s.submission_id = %(submission)s AND j.known AND NOT j.same"""

# A lot of which more left already, by one kind of event, than it is said to have; or a piece, which
# may leave again, of which more than one left at once.
_CNT, _TAKEN = "trim_scale(coalesce(s.cnt, 1))::text", "trim_scale(taken.pieces)::text"
_SHARED = lots.of_all_batches("s.lv1_trac_code", "s.udi_di")
BELOW_TAKEN = f"""
    SELECT s.row, 'cnt',
           CASE WHEN {_SHARED} THEN 'sent_of_all_batches' ELSE 'quantity_below_taken' END,
           CASE WHEN {_SHARED} THEN ARRAY[s.lv1_trac_code::text, {_TAKEN}, {_CNT}]
                ELSE ARRAY[{_CNT}, {_TAKEN}] END
    FROM {STAGED_COPY} s JOIN LATERAL (
        SELECT CASE WHEN s.is_lot THEN sum(coalesce(e.quantity, 1))
                    ELSE max(coalesce(e.quantity, 1)) END AS pieces
        FROM {rows_by("tracing_traceevent", code="s.lv1_trac_code")} e
        WHERE e.unit_id = %(unit)s AND e.kind = ANY(%(taking)s)
          AND e.node IS NOT NULL AND e.voided_at IS NULL
        GROUP BY e.kind ORDER BY pieces DESC LIMIT 1) taken ON true
    WHERE s.submission_id = %(submission)s AND taken.pieces > coalesce(s.cnt, 1)"""
STORED_EARLY = f"""
    SELECT s.row, 'stoin_time', 'stored_before_production',
           ARRAY[{written_date("s.stoin_time")}, {written_date("s.manu_date")}]
    FROM {STAGED_COPY} s WHERE {earlier("s.stoin_time", "s.manu_date")}"""


class UdiStore(CodesStore):
    """How a record's rows become pieces and lots of consumables, and their boxes."""

    CONSUMABLE = True
    PRODUCT = "mcs_code"

    @cached_property
    def TARGET(self) -> Target:
        """How the pieces and lots are kept."""
        renamed = {"med_list_codg": "s.mcs_code", "quantity": "coalesce(s.cnt, 1)"}
        others = {"lv1_trac_code", "mcs_code", "cnt"}
        names = (c.name for c in self.binding.record.columns if c.name not in others)
        return Target(
            table="tracing_tracecode",
            named="lv1_trac_code",
            key={"code": "s.lv1_trac_code"},
            columns={
                **renamed,
                **same_names((*names, SERIAL, "system", "udi_di", "is_lot")),
            },
            constants={"is_consumable": "true", "prod_code": "NULL::varchar"},
        )

    def against_products(self, parameters: Parameters) -> list[RowFault]:
        """Rows whose consumable is not there yet, what is less than what left it, and what was
        stored before it was made."""
        parameters = {**parameters, "taking": [kind.value for kind in taking_kinds()]}
        rules = (AGAINST_ITEMS, BELOW_TAKEN, STORED_EARLY)
        return [fault for rule in rules for fault in row_faults(rule, parameters)]
