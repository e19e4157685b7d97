"""The demo's batches and codes, uploaded the way everybody uploads: as workbooks."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from accounts.core.origin import COMMAND
from accounts.rights.queries import acting
from accounts.units.models import Unit
from portal.lib.clock import SHANGHAI
from tracing.records.bindings import BINDINGS, of_shape, record_of
from tracing.records.shapes import Binding, Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.synthetic.products import Batch, Maker, Product, batch_of
from tracing.synthetic.rows import FACTS_OF, Columns, Packing, code_columns
from tracing.synthetic.sample import Sample, sample_of
from tracing.uploads.actions import confirm, submit
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.turn import check_and_store

SEED = 2024
PACKS = 100
PACKING = Packing(per_middle=10, per_large=5)
CHUNK = 1 << 16
# The guide's example: its batch, and the day from which its nodes follow each other.
EXAMPLE = "20241201-0001"
EXAMPLE_LOT = "20241201"
EXAMPLE_STORED = datetime(2024, 12, 16, tzinfo=SHANGHAI)
# The batches of each unit, by the kind of sample that says whether they are made at home.
SERIAL_NUMBERS: dict[str, dict[str, tuple[str, ...]]] = {
    "maker1": {
        "info": (EXAMPLE, "20250110-0002", "20250215-0003"),
        "import": ("JK20250120-0001",),
    },
    "maker2": {"info": ("20250301-0001", "20250320-0002")},
}


@dataclass(frozen=True)
class DemoBatch:
    """A batch of a family with the codes of its packs; `stored` is the 入库时间 of the first, and
    `serial` what its codes are counted and asked for by.
    """

    family: str
    unit: Unit
    batch: Batch
    codes: Columns
    stored: datetime
    med_list_codg: str
    serial: str

    def packs(self, level: int) -> list[str]:
        """The codes of a pack level, one for each smallest pack that has one."""
        return [str(code) for code in self.codes[f"lv{level}_trac_code"] if code is not None]


def seed(units: dict[str, Unit]) -> list[DemoBatch]:
    """Upload what is missing of the demo's batches and codes."""
    batches = []
    facts = {binding.sample: binding for binding in of_shape(Shape.PRODUCT)}
    for account, kinds in SERIAL_NUMBERS.items():
        unit = units[account]
        for kind, names in kinds.items():
            own = [_batch(facts[kind].record.family, unit, name) for name in names]
            _upload_batches(facts[kind], unit, own)
            for batch in own:
                _upload_codes(batch)
            batches += own
    return batches


def _batch(family: str, unit: Unit, name: str) -> DemoBatch:
    maker = Maker(unit.name, unit.uscc)
    batch = batch_of(maker, name)
    if name == EXAMPLE:
        batch = replace(
            batch,
            product=Product(0, batch.product.enterprise),
            lot=EXAMPLE_LOT,
            made=datetime(2024, 12, 15, 16, 15, tzinfo=SHANGHAI),
            expires=datetime(2026, 12, 14, tzinfo=SHANGHAI),
            packs=33_000,
        )
    stored = EXAMPLE_STORED if name == EXAMPLE else midnight_after(batch.made)
    codes = code_columns(maker, batch.printed, SEED, PACKS, PACKING)
    codes["stoin_time"] = [f"{stored:%Y-%m-%d %H:%M:%S}"] * PACKS
    return DemoBatch(family, unit, batch, codes, stored, batch.printed.med_list_codg, name)


def midnight_after(moment: datetime) -> datetime:
    """When a maker stores what it made at a moment."""
    return (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0)


def _upload_batches(facts: Binding, unit: Unit, batches: Sequence[DemoBatch]) -> None:
    names = [each.batch.trac_codg_sn for each in batches]
    known = DrugBatch.objects.of(unit).filter(trac_codg_sn__in=names, voided_at__isnull=True)
    if known.count() < len(names):
        columns = FACTS_OF[facts.sample](
            Maker(unit.name, unit.uscc), [each.batch for each in batches]
        )
        upload(unit, sample_of(facts.record.code, columns))


def _upload_codes(batch: DemoBatch) -> None:
    known = TraceCode.objects.of(batch.unit).filter(code__in=batch.packs(1), voided_at__isnull=True)
    if known.count() < PACKS:
        record = record_of(Shape.CODES, batch.family)
        upload(batch.unit, sample_of(record.code, batch.codes))


def upload(unit: Unit, sample: Sample) -> None:
    """Submit, check, confirm and store a workbook. Raises RuntimeError if a row is rejected."""
    agent = acting(unit).get(BINDINGS[sample.record].business)
    if agent is None:
        raise RuntimeError(f"nobody may upload {sample.record} for {unit.slug}: grant it again")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{sample.record}.xlsx"
        sample.write(path)
        with path.open("rb") as file:
            submission, _ = submit(
                unit=unit,
                agent=agent,
                record_code=sample.record,
                name=path.name,
                chunks=iter(lambda: file.read(CHUNK), b""),
                source=Submission.Source.COMMAND,
                origin=COMMAND,
                work_elsewhere=False,
            )
    check_and_store(submission.pk)
    submission.refresh_from_db()
    if submission.state != SubmissionState.STAGED or submission.rejected:
        raise RuntimeError(f"the demo's {sample.record} was not accepted: {submission.state}")
    confirm(submission=submission, agent=agent, origin=COMMAND, work_elsewhere=False)
    check_and_store(submission.pk)
