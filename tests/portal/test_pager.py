"""The pager's arithmetic."""

import pytest

from portal.lib.pager import Pager, asked


def test_an_empty_list_says_1_to_0_as_the_guide_does() -> None:
    pager = Pager(0)
    assert (pager.total, pager.first, pager.last, pager.pages) == (0, 1, 0, 1)
    assert pager.numbers == [1]


def test_the_guides_own_numbers() -> None:
    pager = Pager(759500)
    assert pager.pages == 75950
    assert pager.numbers == [1, 2, 3, 0, 75950]
    assert (pager.first, pager.last) == (1, 10)


@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        (1, [1, 2, 3, 0, 20]),
        (4, [1, 2, 3, 4, 5, 6, 0, 20]),
        (5, [1, 2, 3, 4, 5, 6, 7, 0, 20]),
        (10, [1, 0, 8, 9, 10, 11, 12, 0, 20]),
        (20, [1, 0, 18, 19, 20]),
    ],
)
def test_a_gap_of_one_page_is_filled_and_a_wider_one_is_marked(
    number: int, numbers: list[int]
) -> None:
    assert Pager(200, number).numbers == numbers


def test_the_last_page_may_be_short() -> None:
    pager = Pager(95, 10)
    assert (pager.first, pager.last, pager.next, pager.previous) == (91, 95, 10, 9)


def test_past_the_end_is_the_last_page() -> None:
    assert asked("999", "20").within(95) == Pager(95, 5, 20)


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "9" * 40])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    assert asked(page, "10").number == 1


@pytest.mark.parametrize("size", ["", "7", "1000000", "x"])
def test_a_size_that_is_not_offered_is_the_smallest(size: str) -> None:
    assert asked("1", size).size == 10
