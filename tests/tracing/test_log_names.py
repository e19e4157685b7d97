"""The operation log of the main job, as the unit's own account reads it."""

import hashlib
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.core.kinds import MAKER
from accounts.core.origin import COMMAND
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.log.operations import OPERATIONS
from tests.people import Side
from tests.tracing.uploads.rows import CODES, INFO, code_rows, example, workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.exports import actions as export_actions
from tracing.exports import build
from tracing.exports.models import Export
from tracing.mending.actions import Act, Typed, save_typed
from tracing.traces.selections import ByCode
from tracing.uploads import actions, actions_terms
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

OF_TRACING = [
    "file-submitted",
    "rows-confirmed",
    "rows-stored",
    "rows-mended",
    "terms-lifted",
    "submission-cancelled",
    "rows-voided",
    "export-requested",
    "export-downloaded",
]


@pytest.fixture
def done(maker: Side, settings: Settings, tmp_path: Path) -> None:
    """Everything that an agent can do to rows and files, once."""
    settings.PORTAL_FILES = tmp_path / "files"
    unit, agent = maker
    batches = workbook(tmp_path / "batches.xlsx", INFO, [example(INFO, trac_codg_sn="SN1")])
    confirm(upload(unit, agent, INFO, batches))
    rows = code_rows(2, trac_codg_sn="SN2")
    confirm(upload(unit, agent, CODES, workbook(tmp_path / "codes.xlsx", CODES, rows)))
    other = workbook(tmp_path / "other.xlsx", INFO, [example(INFO, trac_codg_sn="SN3")])
    staged = upload(unit, agent, INFO, other)
    Submission.everything.filter(pk=staged.pk).update(check_only=True)
    actions_terms.lift(submission=staged, agent=agent, term="check_only", origin=COMMAND)
    actions.cancel(submission=staged, agent=agent, origin=COMMAND)
    mend(maker, tmp_path)
    actions.void_rows(
        unit=unit, agent=agent, record_code=INFO, keys=["SN1"], reason="录入有误", origin=COMMAND
    )
    export = export_actions.request_export(
        unit=unit,
        agent=agent,
        business=MAKER.query,
        selection=ByCode(rows[0]["lv1_trac_code"]),
        origin=COMMAND,
        work_elsewhere=False,
    )
    build.run(export.pk)
    made = Export.everything.select_related("unit").get(pk=export.pk)
    export_actions.fetch(export=made, agent=agent, origin=COMMAND).file.close()


def mend(maker: Side, folder: Path) -> None:
    """A failing row put right on the page."""
    failing = [example(INFO, trac_codg_sn="SN4", manu_lotnum=None)]
    staged = upload(*maker, INFO, workbook(folder / "failing.xlsx", INFO, failing))
    save_typed(Act(staged, maker.agent, COMMAND), [Typed(2, 1, {"manu_lotnum": "L-2"})])


def test_many_keys_are_logged_by_their_number_and_a_digest(maker: Side) -> None:
    """A list of 100,000 codes would be two megabytes in the log and nowhere more telling."""
    keys = [f"SN{n:05d}" for n in range(100_000)]
    actions.void_rows(
        unit=maker.unit, agent=maker.agent, record_code=INFO, keys=keys, reason="x", origin=COMMAND
    )
    entry = OperationLog.objects.of(maker.unit).get()
    assert len(str(entry.before)) < 200
    digest = hashlib.sha256("".join(f"{key}\n" for key in keys).encode()).hexdigest()
    assert entry.before == {"keys": {"count": 100_000, "first": keys[:5], "sha256": digest}}
    assert "被删除的数据：SN00000、SN00001、SN00002、SN00003、SN00004 等 100000 条" in (
        line(entry).changes
    )


def test_entries_from_when_every_key_was_logged_read_the_same(maker: Side) -> None:
    entry = OperationLog(action="rows-voided", before={"keys": [f"SN{n}" for n in range(6)]})
    assert line(entry).changes == ["被删除的数据：SN0、SN1、SN2、SN3、SN4 等 6 条"]


def test_every_operation_is_logged_and_said_in_chinese(
    done: None, unit_client: Client, maker: Side
) -> None:
    logged = set(OperationLog.objects.of(maker.unit).values_list("action", flat=True))
    assert logged == set(OF_TRACING)
    html = unit_client.get(f"/u/{maker.unit.slug}/log/").content.decode()
    for action in OF_TRACING:
        assert OPERATIONS[action] in html
    assert "数据种类：国产药信息" in html
    assert "被删除的数据：SN1" in html
    assert "原因：录入有误" in html
    assert "修改方式：逐行修改" in html
    assert "只校验不入库：是" in html
    assert "查询条件：追溯码 8000001" in html
    # No name of a field and no code of a record is left in English.
    said = re.findall(r"<div>([^<：]+)：([^<]*)</div>", html)
    assert said
    assert not [label for label, _ in said if re.match(r"[a-z]", label)]
    assert not [words for _, words in said if "domestic" in words]
