"""The filter rows of the lists of what was uploaded."""

from __future__ import annotations

from typing import Any

from accounts.forms.filters import FilterForm, date_field
from tracing.forms.fields import TraceCodeField, choice_field, text_field
from tracing.records import RECORDS


class BatchFilter(FilterForm):
    """The filter row of 国产药信息."""

    _record = RECORDS["domestic-drug-info"]

    trac_codg_sn = text_field(_record.column("trac_codg_sn"))
    med_list_codg = text_field(_record.column("med_list_codg"))
    drug_genname = text_field(_record.column("drug_genname"))
    prodentp_name = text_field(_record.column("prodentp_name"))
    manu_lotnum = text_field(_record.column("manu_lotnum"))
    manu_date = date_field(_record.column("manu_date").label)
    rx_flag = choice_field(_record.column("rx_flag"))

    def wanted(self) -> dict[str, Any]:
        """The conditions that were filled in, by column."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class CirculationFilter(FilterForm):
    """The filter row of 流通企业查询."""

    _record = RECORDS["circulation"]
    ranges = {"发货日期": ("shp_from", "shp_to")}

    trac_code = text_field(_record.column("trac_code"), field=TraceCodeField)
    med_list_codg = text_field(_record.column("med_list_codg"))
    delv_emp = text_field(_record.column("delv_emp"), "流通单位名称")
    shp_from = date_field("开始日期")
    shp_to = date_field("结束日期")

    def wanted(self) -> dict[str, Any]:
        """The conditions that were filled in, by column."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        days = given.pop("shp_from", None), given.pop("shp_to", None)
        return {**given, "shp_time": days} if any(days) else given
