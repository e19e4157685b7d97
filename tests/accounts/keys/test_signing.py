"""Signatures, byte by byte."""

import pytest

from accounts.keys import signing


@pytest.mark.parametrize(
    ("param", "sign"),
    [
        (
            '{"investigatedCertType":"01","investigatedCertno": "421083198911111111"}',
            "8ccbc4f031a797dd1f5863ff03f1518dd05ae61a656ef6338b9e4f7a1a2af25b",
        ),
        (
            '{"investigatedCertType":"01","investigatedCertno":"421083198911111111"}',
            "1114efe0aacd9d386ed4d5a4c9174556b567fe6928f1cb4b60e739cc75a762c5",
        ),
    ],
)
def test_the_guides_signature(param: str, sign: str) -> None:
    assert signing.guide_signature("AK", "1687674798", "SK", param) == sign
