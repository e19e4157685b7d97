"""After an undo everything is as if the upload had never been, but for what is named as kept."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings

from tests.people import Side
from tests.tracing.stores.world import counted, links, there, true_links
from tests.tracing.undo.histories import Act, Take, World, around, histories, sides, together
from tests.turns import turns

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> tuple[list[Side], list[Side]]:
    """Those who act, the same in all worlds."""
    return sides()


@settings(
    max_examples=turns(100),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=histories())
def test_an_undone_upload_has_never_been(
    people: tuple[list[Side], list[Side]], acts: list[Act]
) -> None:
    taken = frozenset(act.upload for act in acts if isinstance(act, Take))
    found, named, groups = [], set[str](), []
    for never in (frozenset[int](), taken):
        with transaction.atomic():
            world = World(*people, never=never)
            world.run(acts)
            assert counted() == there()
            assert links() == true_links()
            found.append((world, world.rows()))
            named |= world.stay
            groups += together()
            transaction.set_rollback(True)
    (world, undone), (twin, never_been) = found
    # What went otherwise while the upload was there is not for the undo to mend.
    for one, other in zip(world.refused, twin.refused, strict=True):
        named |= one ^ other
    named = around(named, groups)
    note(f"named: {sorted(named)}")
    for what, rows in undone.items():
        left = {key: says for key, says in rows.items() if not named & set(key)}
        expected = {key: says for key, says in never_been[what].items() if not named & set(key)}
        assert left == expected, what
