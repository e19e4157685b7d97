"""Fictitious numbers of every kind, each with valid check digits."""

from __future__ import annotations

from hashlib import blake2b

from portal.lib.identifiers import gtin_check_digit, organisation_check_digit, uscc_check_digit

# 追溯码 of a product and level begin with one of these hundred prefixes, which nobody has.
FIRST_PREFIX = 8_000_000
LEVELS = 3
PRODUCTS = 100 // LEVELS

SERIALS = 10**13
# Coprime to 10, so that i ↦ i·STEP + salt visits every serial before it repeats one; near the
# golden section, so that neighbours look unrelated.
STEP = 6_180_339_887_499

GTIN_PREFIX = "6999"
# 企业码 of real firms end before 99000.
ENTERPRISES = 1_000
# No region has this number, so no firm has a credit code with it.
REGION = "990000"
_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def number(*parts: object) -> int:
    """A number from 0 to 2**64 - 1 that follows from the parts and looks random."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def prefix(product: int, level: int) -> int:
    """The first seven digits of a product's trace codes; `level` is 1 (small) to 3 (large)."""
    return FIRST_PREFIX + product % PRODUCTS * LEVELS + level - 1


def trace_codes(first_seven: int, salt: int, count: int) -> list[str]:
    """Codes 0 to count - 1 of a stream: 20 digits, all different.

    Streams with different salts share a code with a chance of about 2·count / 10**13.
    """
    base = first_seven * SERIALS
    return [str(base + (i * STEP + salt) % SERIALS) for i in range(count)]


def serial_numbers(salt: int, count: int) -> list[str]:
    """追溯码唯一流水号 0 to count - 1 of a stream, all different."""
    return [f"SN{(i * STEP + salt) % 10**12:012}" for i in range(count)]


def enterprise(uscc: str) -> int:
    """The number, below 1000, that stands for a maker in its product numbers."""
    return number("enterprise", uscc) % ENTERPRISES


def gtin(maker: int, product: int) -> str:
    """A 商品码 of 13 digits."""
    payload = f"{GTIN_PREFIX}{maker:03}{product:05}"
    return payload + gtin_check_digit(payload)


def consumable(maker: int, product: int) -> str:
    """A 医保耗材代码 of 20 characters, of one of the eighteen 大类."""
    rest, group = divmod(product, 18)
    rest, kind = divmod(rest, 10_000)
    return f"C{group + 1:02}{kind:04}001{rest % 100_000:05}{99_000 + maker}"


def western_drug(maker: int, product: int) -> str:
    """A 医保药品编码 of a 西药: 23 characters."""
    return f"XA12AAD{900 + product:03}A0020101{99_000 + maker}"


def chinese_drug(maker: int, product: int) -> str:
    """A 医保药品编码 of a 中成药: 20 characters."""
    return f"ZA04CAE{9900 + product:04}0101{99_000 + maker}"


def national_drug_number(maker: int, product: int) -> str:
    """A 国家药品标识码: maker, product and pack in 11 digits."""
    return f"{99_000 + maker}{product:04}01"


def approval_number(letter: str, maker: int, product: int) -> str:
    """A 批准文号 whose first four digits are no year and no province."""
    return f"国药准字{letter}9999{(maker * PRODUCTS + product) % 10_000:04}"


def credit_code(*parts: object) -> str:
    """A 统一社会信用代码 that follows from the parts."""
    rest = number("credit code", *parts)
    digits = ""
    for _ in range(6):
        rest, place = divmod(rest, len(_USCC_LETTERS))
        digits += _USCC_LETTERS[place]
    organisation = "MA" + digits
    first_17 = f"91{REGION}{organisation}{organisation_check_digit(organisation)}"
    return first_17 + uscc_check_digit(first_17)
