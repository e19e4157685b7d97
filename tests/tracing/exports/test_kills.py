"""A runner that is really killed in the middle of its file."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.people import Side
from tests.tracing.exports.asking import ask, contents, make
from tests.tracing.factories import packed
from tracing.exports import turn
from tracing.exports.models import Export
from tracing.stores.models import DrugBatch
from tracing.traces.selections import ByBatch


@pytest.mark.slow
def test_the_next_runner_makes_the_file_whole(maker: Side, batch: DrugBatch) -> None:
    packed(maker.unit, batch, 20)
    export = ask(maker, ByBatch("SN0001"))
    database = str(connection.settings_dict["NAME"])
    runner = subprocess.Popen(
        [sys.executable, "-m", "tests.tracing.exports.runner"]
        + [database, str(settings.PORTAL_FILES), str(export.pk)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert runner.stdout is not None
    assert runner.stdout.readline() == "writing\n"
    runner.kill()
    runner.communicate()

    left = Export.everything.get(pk=export.pk)
    assert (left.state, left.path.exists()) == ("running", False)
    # Until its lease ends nobody can know that the runner is dead.
    assert make(export).state == "running"
    past = timezone.now() - timedelta(seconds=61)
    Export.everything.filter(pk=export.pk).update(lease_until=past, queued_at=past)
    assert turn.abandoned() == [export.pk]
    done = make(export)
    assert (done.state, done.codes, done.rows_done) == ("ready", 20, 20)
    assert len(contents(done.path)) == 20
    assert list(done.path.parent.iterdir()) == [done.path]
