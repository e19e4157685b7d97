"""Failing rows are mended under the 识别规则 that are in force while they are mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.people import Side, client_of
from tests.tracing.library.test_rules import PLATFORM, PLATFORM_CODE, in_force
from tests.tracing.mending.failing import address, save, text
from tests.tracing.uploads.rows import CODES, code_rows, workbook
from tests.tracing.uploads.uploads import upload
from tracing.library import actions
from tracing.uploads.causes import causes_of
from tracing.uploads.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

# What only a rule of staff takes for a code, and only without the stars around it.
STARRED = f"*{PLATFORM_CODE}*"
OFFERED = f"可自动改正为： {PLATFORM_CODE}"


@pytest.fixture
def client(maker: Side) -> Client:
    return client_of(maker.agent.account)


def starred(maker: Side, folder: Path, column: str) -> Submission:
    """An upload whose only row fails for a code with stars around it."""
    rows = [{**code_rows(1)[0], column: STARRED}]
    return upload(*maker, CODES, workbook(folder / "a.xlsx", CODES, rows))


def take_platform() -> None:
    """Put a rule in force that claims the code."""
    draft = actions.draft_version()
    actions.add_rule(draft, PLATFORM)
    in_force(draft)


def test_a_row_is_offered_and_takes_what_the_rules_of_now_take(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = starred(maker, tmp_path, "lv1_trac_code")
    where = address(maker, submission, "mend/")
    assert OFFERED not in text(client.get(where)), "no built-in rule claims the code"
    take_platform()
    assert OFFERED in text(client.get(where))
    saved = save(client, where, r2__lv1_trac_code=PLATFORM_CODE)
    assert "已保存 1 行：1 行通过" in text(client.get(saved["Location"]))


def test_one_value_for_all_rows_is_judged_by_the_rules_of_now(
    maker: Side, client: Client, tmp_path: Path
) -> None:
    submission = starred(maker, tmp_path, "lv2_trac_code")
    (cause,) = causes_of(submission)
    where = address(maker, submission, "mend/fill/")
    asked = {"column": cause.column, "code": cause.code, "value": PLATFORM_CODE}
    assert client.get(where, asked).context["form"].has_error("value")
    take_platform()
    assert not client.get(where, asked).context["form"].has_error("value")


def test_repairs_are_counted_by_the_rules_of_the_check(maker: Side, tmp_path: Path) -> None:
    take_platform()
    (cause,) = causes_of(starred(maker, tmp_path, "lv1_trac_code"))
    assert [found.new for found in cause.repairs] == [PLATFORM_CODE]
