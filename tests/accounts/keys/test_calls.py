"""调用记录: the list of calls, one of them, and the chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys.actions_calls import Call, note
from accounts.keys.chart import HEIGHT, LEFT, WIDTH, chart_of, scale_top
from accounts.keys.models import InterfaceKey
from accounts.keys.queries_calls import DAYS, Day, last_calls
from tests.accounts.keys.keys import key_of
from tests.people import Side


def noted(key: InterfaceKey, code: str = "ok", status: int = 200, *, signed: bool = True) -> None:
    note(
        Call(
            key=key,
            signed=signed,
            at=timezone.now(),
            interface="upload/circulation",
            status=status,
            code=code,
            address="203.0.113.8",
            request_id="req-1",
            milliseconds=12,
            param='{"trac_code":"81234567890123456789"}',
            answer=f'{{"code":"{code}"}}',
            rows=3,
        )
    )


@pytest.mark.django_db
def test_calls_are_listed_filtered_and_opened(maker: Side, agent_client: Client) -> None:
    key = key_of(maker)
    address = f"/u/{maker.unit.slug}/keys/{key.pk}/calls/"
    assert "没有调用记录" in agent_client.get(address).content.decode()
    noted(key)
    noted(key, "key_frozen", 403)
    noted(key, "signature_wrong", 401, signed=False)
    page = agent_client.get(address).content.decode()
    assert "调用 2 次" in page
    assert "其中失败 1 次" in page
    assert "另有签名未通过 1 次" in page
    assert page.count("upload/circulation") == 3
    only = agent_client.get(address, {"code": "key_frozen"}).content.decode()
    assert only.count("upload/circulation") == 1
    assert "upload/circulation" not in agent_client.get(address, {"code": "x"}).content.decode()
    call = last_calls(key).last()
    assert call is not None
    shown = agent_client.get(f"{address}{call.pk}/").content.decode()
    assert "8123************6789" in shown
    assert "req-1" in shown
    assert "不能证明" not in shown


@pytest.mark.django_db
def test_another_units_calls_are_none(maker: Side, stranger: Side, stranger_client: Client) -> None:
    key = key_of(maker)
    noted(key)
    call = last_calls(key).get()
    own = key_of(stranger)
    base = f"/u/{stranger.unit.slug}/keys"
    for address in (f"{key.pk}/calls/", f"{key.pk}/calls/{call.pk}/", f"{own.pk}/calls/{call.pk}/"):
        assert stranger_client.get(f"{base}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (11, 20), (21, 40), (99, 100), (101, 200)],
)
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert scale_top(most) == top


def test_bars_stand_on_the_ground_and_within_the_drawing() -> None:
    first = date(2026, 1, 1)
    days = [Day(first + timedelta(days=n), n, n % 3) for n in range(DAYS)]
    chart = chart_of(days)
    for bar in chart.bars:
        assert bar.good_y + bar.good_height == pytest.approx(chart.base, abs=0.2)
        assert bar.bad_y + bar.bad_height == pytest.approx(bar.good_y, abs=0.2)
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH
        assert 0 <= bar.bad_y <= HEIGHT
    heights = [bar.good_height for bar in chart.bars]
    assert heights == sorted(heights)
    assert chart.bars[-1].label == "01-30"
