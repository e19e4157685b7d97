"""The list of keys as the holder and the unit account see it: words, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from accounts.core.names import AccountKind, mask_mobile
from accounts.keys.models import InterfaceKey
from accounts.keys.networks import shown_network
from accounts.keys.queries import listed_keys
from accounts.keys.scopes import scopes_now
from accounts.keys.states import KeyState, freezer, may_thaw, state_of
from accounts.units.models import Unit
from portal.lib.clock import last_day, to_minute


class KeyAct(NamedTuple):
    """Something that may be done to a key. `dialog`: its page is asked for in a dialog."""

    title: str
    address: str
    dialog: bool = True


class Fact(NamedTuple):
    """Label and text."""

    label: str
    text: str


@dataclass(frozen=True)
class KeyLine:
    """A key in the list. `note` says what is special of it."""

    key: InterfaceKey
    state: KeyState
    note: str
    facts: list[Fact]
    acts: list[KeyAct]


def holder_lines(unit: Unit) -> list[KeyLine]:
    """Return the keys of a unit for whoever does their business."""
    return _lines(unit, _holder_acts)


def unit_lines(unit: Unit) -> list[KeyLine]:
    """Return the keys of a unit for its own account."""
    return _lines(unit, _unit_acts)


def _lines(
    unit: Unit, acts: Callable[[InterfaceKey, InterfaceKey | None], list[KeyAct]]
) -> list[KeyLine]:
    keys = listed_keys(unit)
    following = {key.succeeds_id: key for key in keys if key.ended_at is None}
    return [
        KeyLine(key, state_of(key), _note(key, after), facts_of(key), acts(key, after))
        for key in keys
        for after in [following.get(key.pk)]
    ]


def facts_of(key: InterfaceKey) -> list[Fact]:
    """What is said of a key, everywhere."""
    titles = [business.title for business in scopes_now(key.unit, key.scopes)]
    used = to_minute(key.last_used_at) if key.last_used_at else "从未使用"
    if key.last_used_from:
        used += f"，来自 {key.last_used_from}"
    expires = f"至 {last_day(key.expires_at)} 当天" if key.expires_at else "长期有效"
    return [
        Fact("接口权限", "、".join(titles) or "本单位已没有所申请的权限"),
        Fact("允许的来源地址", "、".join(map(shown_network, key.networks)) or "不限"),
        Fact("有效期", expires),
        Fact("最近使用", used),
        Fact("联系人", f"{key.contact_name}（{mask_mobile(key.contact_phone)}）"),
        Fact("经办人", key.holder.name),
        Fact("申请时间", to_minute(key.made_at)),
    ]


def _note(key: InterfaceKey, after: InterfaceKey | None) -> str:
    """What is special of a key; `after` is the live one that is to take its place."""
    said = []
    if key.ended_at is not None:
        said.append(f"{to_minute(key.ended_at)} {key.get_end_display()}。")
    elif key.frozen_at is not None:
        said.append(f"{to_minute(key.frozen_at)} 由{freezer(key)}冻结：{key.frozen_why}")
    if key.succeeds is not None:
        old = key.succeeds
        live = "那一把还没有停用，程序改用本密钥后请停用它" if old.ended_at is None else "已停用"
        said.append(f"接替 AKey {old.ak}（{live}）。")
    if after is not None and key.ended_at is None:
        said.append(f"已由 AKey {after.ak} 接替；程序改用那一把后请停用本密钥。")
    return " ".join(said)


def _holder_acts(key: InterfaceKey, after: InterfaceKey | None) -> list[KeyAct]:
    calls = KeyAct("调用记录", _address("key-calls", key), dialog=False)
    if key.ended_at is not None:
        return [calls]
    acts = [calls, KeyAct("修改", _address("key-change", key))]
    old = key.succeeds
    alone = after is None and (old is None or old.ended_at is not None)
    if state_of(key) is KeyState.LIVE and alone:
        acts.append(KeyAct("更换", _address("key-rotate", key)))
    return acts + _freezing(key, AccountKind.AGENT, "key")


def _unit_acts(key: InterfaceKey, _after: InterfaceKey | None) -> list[KeyAct]:
    return [] if key.ended_at is not None else _freezing(key, AccountKind.UNIT, "unit-key")


def _freezing(key: InterfaceKey, kind: AccountKind, name: str) -> list[KeyAct]:
    """冻结 or 解除冻结, and 停用."""
    acts = []
    if key.frozen_at is None:
        acts.append(KeyAct("冻结", _address(f"{name}-freeze", key)))
    elif may_thaw(key, kind):
        acts.append(KeyAct("解除冻结", _address(f"{name}-thaw", key)))
    return [*acts, KeyAct("停用", _address(f"{name}-end", key))]


def _address(name: str, key: InterfaceKey) -> str:
    return reverse(f"accounts:{name}", args=[key.unit.slug, key.pk])
