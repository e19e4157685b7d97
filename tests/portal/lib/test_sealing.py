"""Sealing: what is sealed is unreadable, opens with every key, and shows when it was touched."""

import pytest

from portal.lib.sealing import Unsealable, is_key, new_key, resealed, seal, unseal

OLD, NEW = new_key(), new_key()
NUMBER = "99000019900101001X"


def test_what_is_sealed_is_unreadable_and_never_the_same_twice() -> None:
    sealed = seal(NUMBER, [NEW])
    assert NUMBER not in sealed
    assert sealed != seal(NUMBER, [NEW])
    assert unseal(sealed, [NEW]) == NUMBER


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = seal(NUMBER, [OLD])
    assert unseal(before, [NEW, OLD]) == NUMBER
    with pytest.raises(Unsealable):
        unseal(seal(NUMBER, [NEW, OLD]), [OLD])


def test_sealing_again_leaves_the_old_key_nothing_to_open() -> None:
    anew = resealed(seal(NUMBER, [OLD]), [NEW, OLD])
    assert anew is not None
    assert unseal(anew, [NEW]) == NUMBER
    assert resealed(anew, [NEW, OLD]) is None
    with pytest.raises(Unsealable):
        resealed(seal(NUMBER, [OLD]), [NEW])


@pytest.mark.parametrize("place", [0, 12, 40, -1])
def test_a_touched_seal_does_not_open(place: int) -> None:
    sealed = list(seal(NUMBER, [NEW]))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    with pytest.raises(Unsealable):
        unseal("".join(sealed), [NEW])


@pytest.mark.parametrize("text", ["", "x", "钥匙", "A" * 44, "A" * 43])
def test_what_is_no_key(text: str) -> None:
    assert not is_key(text)
    assert is_key(NEW)
