"""Where chance comes from, and how much of it a code has (ASVS 6.5.3, 6.5.4)."""

import ast
import re

import pyotp
import pytest

from accounts.signing_in import sms_codes
from accounts.signing_in.models import SmsCode
from accounts.staff.actions_factors import new_secret
from tests.structure import PRODUCT, ROOT, imported_by, sources

# Data that must come out the same again, and protects nothing.
FORETOLD = ("tracing/synthetic/", "tracing/benchmarks/", "portal/demo/data/")


def test_no_secret_can_come_from_a_random_that_can_be_foretold() -> None:
    using = {
        str(file.relative_to(ROOT))
        for file in sources(*PRODUCT)
        if any(
            name.split(".")[0] == "random" for _, name in imported_by(ast.parse(file.read_text()))
        )
    }
    assert using, "the search finds nothing at all"
    assert {name for name in using if not name.startswith(FORETOLD)} == set()


@pytest.mark.django_db
def test_codes_have_six_digits() -> None:
    made = [sms_codes.make(SmsCode.Purpose.RECOVER, "19900000001", silent=False) for _ in range(20)]
    assert all(re.fullmatch("[0-9]{6}", code.sealed) for code in made)
    assert len({code.sealed for code in made}) > 15
    assert re.fullmatch("[0-9]{6}", pyotp.TOTP(new_secret()).now())
