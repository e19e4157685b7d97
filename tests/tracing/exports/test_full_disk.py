"""An export for which there is no room."""

import errno
import os
from pathlib import Path

import pytest

from tests.people import Side
from tests.portal.full_temp import without_room
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.factories import packed
from tracing.core.formats import FORMATS
from tracing.stores.models import DrugBatch
from tracing.traces.selections import ByBatch

FULL = (
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    OSError(errno.EROFS, os.strerror(errno.EROFS)),
)


@pytest.mark.parametrize("error", FULL, ids=str)
def test_it_ends_with_words_leaves_no_half_and_can_be_asked_for_again(
    maker: Side, batch: DrugBatch, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    packed(maker.unit, batch, 5)

    def full(path: Path, *_: object) -> None:
        path.write_bytes(b"half a file")
        raise error

    with monkeypatch.context() as patched:
        patched.setitem(FORMATS, "xlsx", FORMATS["xlsx"]._replace(write=full))
        failed = make(ask(maker, ByBatch("SN0001")))
    assert (failed.state, failed.failure_code) == ("failed", "export_not_kept")
    assert failed.refusal
    assert "没有空间" in failed.refusal.message
    assert list(failed.path.parent.iterdir()) == []
    done = make(ask(maker, ByBatch("SN0001"), again=True))
    assert done.state == "ready"
    assert len(contents(done.path)) == 5


def test_it_ends_with_the_same_words_where_the_temporary_folder_is_full(
    maker: Side, batch: DrugBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(maker.unit, batch, 5)
    without_room(monkeypatch)
    failed = make(ask(maker, ByBatch("SN0001")))
    assert (failed.state, failed.failure_code) == ("failed", "export_not_kept")


def test_another_fault_leaves_no_half_and_is_tried_again(
    maker: Side, batch: DrugBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(maker.unit, batch, 5)
    export = ask(maker, ByBatch("SN0001"))

    def fail(path: Path, *_: object) -> None:
        path.write_bytes(b"half a file")
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setitem(FORMATS, "xlsx", FORMATS["xlsx"]._replace(write=fail))
    with pytest.raises(OSError, match="Input/output"):
        make(export)
    export.refresh_from_db()
    assert (export.state, export.attempts, export.lease_token) == ("running", 1, None)
    assert list(export.path.parent.iterdir()) == []
