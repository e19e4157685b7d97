"""The picture code's letters come from a source that nobody can foresee."""

import random

import pytest
from pytest_django import Settings

from portal.pages import captcha


@pytest.fixture(autouse=True)
def in_earnest(settings: Settings) -> None:
    """No word answers every picture."""
    settings.PORTAL_TEST_CAPTCHA = ""


def test_what_is_shown_is_the_answer_in_capitals() -> None:
    shown, answer = captcha.challenge()
    assert len(answer) == 4
    assert shown == answer.upper()
    assert set(answer) <= set(captcha.LETTERS)


def test_the_seed_of_pythons_random_tells_nothing() -> None:
    answers = set()
    for _ in range(20):
        random.seed("a key that everyone sees")
        answers.add(captcha.challenge()[1])
    assert len(answers) > 10


def test_letters_that_look_alike_are_left_out() -> None:
    assert not set("ijlo") & set(captcha.LETTERS)


def test_the_word_of_tests_answers_every_picture(settings: Settings) -> None:
    settings.PORTAL_TEST_CAPTCHA = "Word"
    assert captcha.challenge() == ("WORD", "word")
