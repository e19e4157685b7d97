"""The tabs of 单位管理, declared once: each page that the unit account has for its unit."""

from typing import NamedTuple


class Tab(NamedTuple):
    """`name` is that of its address in `accounts/urls.py`, which takes the unit alone."""

    name: str
    title: str

    @property
    def address(self) -> str:
        """Its address by name, as `reverse` takes it."""
        return f"accounts:{self.name}"


TABS = (
    Tab("hall", "单位信息"),
    Tab("agents", "单位经办人"),
    Tab("qualifications", "资质认证"),
    Tab("certificates", "数字证书"),
    Tab("unit-keys", "接口密钥"),
    Tab("log", "操作记录"),
)
