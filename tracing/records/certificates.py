"""注册备案凭证: the numbers of registrations and filings of medical devices."""

from __future__ import annotations

import re

from tracing.records.cells import shown
from tracing.records.terms import Bad, Context

FIRST_YEAR = 2014
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
# Who registered it, in which way, first in which year, the class, its category and its number.
_REGISTERED = re.compile(
    rf"(?P<by>[国{_PROVINCES}])械注(?P<way>[准进许])(?P<year>[0-9]{{4}})(?P<level>[23])[0-9]{{6}}"
)
# A filing of the lowest class: of the country, or of a city in its province.
_FILED = re.compile(
    rf"(?:国|[{_PROVINCES}](?:(?!械)[\u4e00-\u9fff]){{0,2}})械备(?P<year>[0-9]{{4}})[0-9]{{4,5}}号?"
)
_BEFORE_2014 = re.compile(
    rf"[国{_PROVINCES}][\u4e00-\u9fff]?(?:食药监|药监|药管)械"
    r"\([准进许试]\)字[0-9]{4}第[0-9]{7}号?(?:\(更\))?"
)
_SEVERAL = re.compile(r"[,;]")
# The country registers the highest class and everything from abroad, a province the class below.
COUNTRY, HIGHEST, ABROAD = "国", "3", "进许"


def certificate_doubts(numbers: str, context: Context) -> Bad | None:
    """Judge the numbers in a cell, each by its form, then by who may have given it, and when."""
    found = [_doubt(number, context) for number in _SEVERAL.split(numbers)]
    faulty = (bad for bad in found if bad is not None and bad.code == "certificate_form")
    return next(faulty, next(filter(None, found), None))


def _doubt(number: str, context: Context) -> Bad | None:
    if _BEFORE_2014.fullmatch(number):
        return Bad("certificate_old_form", (shown(number),))
    match = _REGISTERED.fullmatch(number) or _FILED.fullmatch(number)
    if match is None:
        return Bad("certificate_form", (shown(number),))
    said = match.groupdict()
    if not FIRST_YEAR <= int(said["year"]) <= context.today.year:
        return Bad("certificate_year", (number, said["year"]))
    if "way" not in said:
        return None
    expected = said["way"] in ABROAD or said["level"] == HIGHEST
    if (said["by"] == COUNTRY) != expected:
        return Bad("certificate_authority", (number, "国" if expected else "省、自治区或直辖市"))
    return None
