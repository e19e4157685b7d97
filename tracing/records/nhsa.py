"""Codes of the medical insurance catalogue (医保药品编码) and approval numbers (批准文号)."""

from __future__ import annotations

import re

# The agreed entry for a product that has no national code yet.
NOT_CODED = "0"

# 西药, 中成药, 中药饮片, 中药配方颗粒, 医疗机构制剂. There is no check digit.
_MED_LIST = re.compile(
    r"X[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{3}[A-Z][0-9]{3}[0-9]{9}"
    r"|Z[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{4}[0-9]{9}"
    r"|T[0-9]{9}"
    r"|T[0-9]{9}[01][0-9]{9}"
    r"|J[A-Z0-9]{15}"
)
# 类别, 通用名, 特征, 企业; the seven digits of a single specification may follow.
_CONSUMABLE = re.compile(r"C[0-9]{19}(?:[0-9]{7})?")
# The letter names the group of drugs; C and J behind it name origins since 2020, B, T and F are
# older groups. The year inside is not checked: early numbers have a province there.
_APPROVAL = re.compile(r"国药准字(?:[HZS][CJ]?|ZCGD|[JBTF])[0-9]{8}")
_OLD_APPROVAL = re.compile(r"B?[HZS]C?[0-9]{8}")
# As it stands on the pack, with what kind of certificate it is of.
_OLD_REGISTRATION = re.compile(rf"(?:(?:进口药品|医药产品)?注册证号?:?)?{_OLD_APPROVAL.pattern}")
_STANDARD_CODE = re.compile(r"[0-9]{14}")


def is_med_list_code(code: str) -> bool:
    """Whether a code has the structure of a 医保药品编码; whether it exists only the list tells."""
    return _MED_LIST.fullmatch(code) is not None


def is_consumable_code(code: str) -> bool:
    """Whether a code has the structure of a 医保耗材代码, of a product or of a specification."""
    return _CONSUMABLE.fullmatch(code) is not None


def is_approval_number(number: str) -> bool:
    """Whether a number has the form of a current 药品批准文号."""
    return _APPROVAL.fullmatch(number) is not None


def is_old_approval_number(number: str) -> bool:
    """Whether a number has the form without 国药准字 that old registers still hold."""
    return _OLD_APPROVAL.fullmatch(number) is not None


def is_old_registration_number(number: str) -> bool:
    """Whether a number is that of a 进口药品注册证 or 医药产品注册证 from before 2020."""
    return _OLD_REGISTRATION.fullmatch(number) is not None


def is_standard_length(code: str) -> bool:
    """Whether a code has the digits of a 药品本位码: 869 and eleven more, the last a GTIN's."""
    return _STANDARD_CODE.fullmatch(code) is not None
