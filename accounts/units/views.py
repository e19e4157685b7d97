"""单位管理: the unit account's home with 单位信息."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.core.id_types import ID_TYPES
from accounts.core.kinds import kind_words
from accounts.core.names import mask_id_number, mask_mobile
from accounts.core.requests import UnitRequest
from accounts.rights.panels import unit_panels
from accounts.units.models import Unit
from accounts.units.queries import region_words
from accounts.units.views_certificates import warnings
from portal.lib.identifiers import CREDIT_CODE


def home(request: UnitRequest) -> HttpResponse:
    """Show it; the caller has let the unit's own account in."""
    unit = request.unit
    context = {
        "facts": facts_of(unit),
        "warnings": warnings(unit),
        "panels": unit_panels(unit.slug, unit.kinds),
    }
    return render(request, "accounts/units/unit_home.html", context)


def facts_of(unit: Unit) -> list[tuple[str, str]]:
    """Return 单位信息 as (label, text); what is not known is empty, numbers are masked."""
    return [
        ("账号", unit.slug),
        ("机构类型", unit.org_type or kind_words(unit.kinds)),
        ("医保区划", region_words(unit.admdvs)),
        (CREDIT_CODE, unit.uscc),
        ("企业名称", unit.name),
        ("法人名称", unit.legal_name),
        ("法人证件类型", ID_TYPES.get(unit.legal_id_type, "")),
        ("法人证件号码", mask_id_number(unit.legal_id_number)),
        ("机构编号", unit.org_code),
        ("联系人", unit.contact_name),
        ("联系手机号", mask_mobile(unit.contact_mobile) if unit.contact_mobile else ""),
    ]
