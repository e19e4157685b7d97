"""医保区划, kept one by one or by a file."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from accounts.core.forms import written_field
from accounts.core.origin import Origin
from accounts.staff.acts import Act, SureForm
from accounts.staff.admin_references import ReferenceAdmin
from accounts.staff.reference_resources import RegionResource
from accounts.units.actions_regions import remove_region, save_region
from accounts.units.models import Region

MAY = "accounts.change_region"


class RegionForm(forms.Form):
    """A region."""

    code = forms.RegexField(
        r"^[0-9]{6}$",
        label="代码",
        max_length=6,
        error_messages={
            "required": "请填写 6 位数字的区划代码。",
            "invalid": "代码应为 6 位数字；请修改。",
            "max_length": "代码应为 6 位数字；请修改。",
        },
    )
    name = written_field("名称", 100)


class NewRegionForm(RegionForm):
    """A region that is not there yet."""

    def clean_code(self) -> str:
        """Refuse a code that is there."""
        code: str = self.cleaned_data["code"]
        if Region.objects.filter(code=code).exists():
            raise forms.ValidationError(f"代码 {code} 已存在；请在列表中打开后修改名称。")
        return code


class KnownRegionForm(RegionForm):
    """A region that keeps its code."""

    code = None  # type: ignore[assignment]


def _add_region(row: Any, asked: dict[str, Any], origin: Origin) -> str:
    region = save_region(asked["code"], asked["name"], origin=origin)
    return f"已添加 {region}。"


def _named(region: Region) -> dict[str, Any]:
    return {"name": region.name}


def _rename(region: Region, asked: dict[str, Any], origin: Origin) -> str:
    region = save_region(region.code, asked["name"], origin=origin)
    return f"已保存 {region}。"


def _remove_region(region: Region, asked: dict[str, Any], origin: Origin) -> str:
    remove_region(region, origin=origin)
    return f"已删除 {region.name}。"


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """医保区划."""

    resource_classes: ClassVar = [RegionResource]
    list_display = ("code", "name")
    search_fields = ("code", "name")
    fields: ClassVar = ("code", "name")
    adding = Act("add", "添加医保区划", "accounts.add_region", _add_region, form=NewRegionForm)
    acts: ClassVar[tuple[Act, ...]] = (
        Act("rename", "修改名称", MAY, _rename, form=KnownRegionForm, initial=_named),
        Act(
            "remove",
            "删除",
            "accounts.delete_region",
            _remove_region,
            form=SureForm,
            note="已登记此区划的单位保留原有代码。",
        ),
    )
