"""On which terms rows are stored: what passes, all or nothing, nothing at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from portal.lib.refused import Refused, refusal
from tests.people import Side, client_of
from tests.tracing.mending import failing
from tests.tracing.mending.failing import GOOD, act, address, text
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.test_crashes import empty_staging
from tests.tracing.uploads.uploads import cancel, confirm, counts, upload
from tracing.mending.actions import Typed, save_typed
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions, actions_terms, sweep
from tracing.uploads.models import Submission, Terms
from tracing.uploads.turn import check_and_store
from tracing.uploads.unconfirmed import KEPT_UNCONFIRMED

pytestmark = pytest.mark.django_db(transaction=True)
ALL, CHECK = Terms(all_or_nothing=True), Terms(check_only=True)


@pytest.fixture
def client(maker: Side) -> Client:
    return client_of(maker.agent.account)


def staged(side: Side, folder: Path, terms: Terms, *bad: int) -> Submission:
    """Four packs, those at these places with a wrong 商品码."""
    rows = code_rows(4)
    for place in bad:
        rows[place]["prod_code"] = failing.BAD
    path = folder / f"{side.unit.pk}.xlsx"
    if not path.exists():  # Its bytes hold when it was written.
        workbook(path, CODES, rows)
    submitted = actions.submit(
        unit=side.unit,
        agent=side.agent,
        record_code=CODES,
        name=path.name,
        chunks=[path.read_bytes()],
        source=Submission.Source.PAGE,
        origin=COMMAND,
        terms=terms,
        work_elsewhere=False,
    )
    return Submission.everything.get(pk=check_and_store(submitted.submission.pk))


def take_one(rival: Side, folder: Path) -> None:
    """Another unit stores the first of the packs."""
    rows = code_rows(1, lv2_trac_code=None, lv3_trac_code=None)
    confirm(upload(*rival, CODES, workbook(folder / "theirs.xlsx", CODES, rows)))


def refused(submission: Submission) -> str:
    with pytest.raises(Refused) as caught:
        confirm(submission)
    submission.refresh_from_db()
    assert submission.state == "staged"
    return caught.value.code


def test_all_or_nothing_waits_until_no_row_fails(maker: Side, tmp_path: Path) -> None:
    submission = staged(maker, tmp_path, ALL, 1)
    assert refused(submission) == "rows_still_fail"
    save_typed(act(maker, submission), [Typed(3, 1, {"prod_code": GOOD})])
    stored = confirm(submission)
    assert (stored.state, stored.created) == ("stored", 4)


def test_rows_lost_when_storing_take_all_back(
    maker: Side, rival: Side, client: Client, tmp_path: Path
) -> None:
    submission = staged(maker, tmp_path, ALL)
    take_one(rival, tmp_path)
    back = confirm(submission)
    assert (back.state, back.accepted, back.rejected) == ("staged", 3, 1)
    assert (back.refusal_code, back.refusal_detail) == ("rows_lost", ["1"])
    assert not TraceCode.everything.filter(unit=maker.unit).exists()
    page = text(client.get(address(maker, back)))
    assert "入库没有完成" in page
    assert "没有入库任何数据" in page
    assert "已被其他上传抢先" in page
    assert refused(back) == "rows_still_fail"
    # A runner that died after it had noted the lost rows does not store the others.
    Submission.everything.filter(pk=back.pk).update(state="storing", confirmed_rounds=1)
    check_and_store(back.pk)
    back.refresh_from_db()
    assert back.state == "staged"
    assert not TraceCode.everything.filter(unit=maker.unit).exists()
    actions_terms.lift(submission=back, agent=maker.agent, term="all_or_nothing", origin=COMMAND)
    stored = confirm(back)
    assert (stored.state, stored.created, stored.rejected) == ("stored", 3, 1)


def test_rows_lost_while_staging_is_filled_again_take_all_back(
    maker: Side, rival: Side, tmp_path: Path
) -> None:
    submission = staged(maker, tmp_path, ALL)
    take_one(rival, tmp_path)
    empty_staging()
    back = confirm(submission)
    assert (back.state, back.rejected, back.refusal_code) == ("staged", 1, "rows_lost")


def test_what_is_only_checked_is_never_stored(maker: Side, client: Client, tmp_path: Path) -> None:
    submission = staged(maker, tmp_path, CHECK, 1)
    page = client.get(address(maker, submission))
    assert "校验完成，只校验不入库" in text(page)
    assert "尚未入库" not in text(page)
    assert ">确认</button>" not in page.content.decode()
    assert refused(submission) == "only_checked"
    save_typed(act(maker, submission), [Typed(3, 1, {"prod_code": GOOD})])
    assert refused(submission) == "only_checked"
    assert not TraceCode.everything.exists()


def test_what_is_only_checked_expires_as_any(maker: Side, tmp_path: Path) -> None:
    submission = staged(maker, tmp_path, CHECK)
    long_ago = timezone.now() - KEPT_UNCONFIRMED - timedelta(minutes=1)
    Submission.everything.filter(pk=submission.pk).update(checked_at=long_ago)
    assert sweep.drop_expired() == 1
    submission.refresh_from_db()
    assert submission.state == "dropped"


def test_a_dry_run_becomes_an_import_in_one_act(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = staged(maker, tmp_path, CHECK)
    where = address(maker, submission, "terms/")
    for _ in range(2):
        assert client.post(where, {"term": "check_only"})["Location"] == address(maker, submission)
    assert "已改为正式导入" in text(client.get(address(maker, submission)))
    entry = OperationLog.objects.of(maker.unit).get(action="terms-lifted")
    assert (entry.before, entry.after) == (
        {"record": CODES, "check_only": True},
        {"check_only": False},
    )
    assert counts(confirm(Submission.everything.get(pk=submission.pk)))["created"] == 4
    answer = client.post(where, {"term": "check_only"})
    said = refusal("terms_settled", state="导入完成").message
    assert said in text(client.get(answer["Location"]))
    assert client.post(where, {"term": "state"}).status_code == 400


def test_the_same_bytes_on_other_terms_are_another_upload(maker: Side, tmp_path: Path) -> None:
    dry = staged(maker, tmp_path, CHECK)
    assert staged(maker, tmp_path, CHECK).pk == dry.pk
    real = staged(maker, tmp_path, Terms())
    assert real.pk != dry.pk
    cancel(dry)
    confirm(real)
    # What is stored as it stands needs no second time, on whatever terms.
    assert staged(maker, tmp_path, ALL).pk == real.pk


def test_the_dialog_asks_for_them(maker: Side, client: Client, tmp_path: Path) -> None:
    where = f"/u/{maker.unit.slug}/maker/upload/import/"
    page = text(client.get(where))
    assert "有失败数据时：" in page
    assert "只入库通过的数据（默认） 全部通过才入库" in page
    assert "只校验不入库" in page
    content = workbook(tmp_path / "a.xlsx", CODES, code_rows(1)).read_bytes()
    sent = {"record": CODES, "all_or_nothing": "1", "check_only": "on"}
    client.post(where, {**sent, "file": SimpleUploadedFile("a.xlsx", content)})
    submission = Submission.everything.get()
    assert (submission.all_or_nothing, submission.check_only) == (True, True)
    log = OperationLog.objects.of(maker.unit).get(action="file-submitted")
    assert log.after is not None
    assert (log.after["all_or_nothing"], log.after["check_only"]) == (True, True)
    wrong = {**sent, "all_or_nothing": "2", "file": SimpleUploadedFile("b.xlsx", b"b" + content)}
    answer = client.post(where, wrong)
    assert answer.status_code == 422
    assert "没有这一种入库方式" in text(answer)
