"""`reseal`: what an older key has sealed is sealed anew with the newest."""

from typing import Any

from accounts.core.resealing import SealedColumn, reseal
from portal.management.reporting import Exit, ReportingCommand


class Command(ReportingCommand):
    """Seal identity numbers and secrets anew with the first key of PORTAL_DATA_KEYS. Put a new
    key first, restart everything, run this, and take the old key away a day later, when no
    session holds anything of it. Exits 3 when something fits none of the keys.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal anew. Exits 3 where something cannot be opened; the rest is done all the same."""
        columns = reseal()
        good = not any(column.unsealable for column in columns)
        result = {"good": good, "columns": [column._asdict() for column in columns]}
        self.report(options["json"], result, [*map(_sentence, columns), _end(good)])
        if not good:
            raise SystemExit(int(Exit.SOME_REJECTED))


def _sentence(column: SealedColumn) -> str:
    said = f"{column.table}.{column.name}：{column.values} 个值，重新加密 {column.resealed} 个"
    if not column.unsealable:
        return f"{said}。"
    return f"{said}，无法解密 {len(column.unsealable)} 个，主键：{_keys(column.unsealable)}。"


def _keys(keys: list[int], most: int = 20) -> str:
    return "、".join(map(str, keys[:most])) + (" 等" if len(keys) > most else "")


def _end(good: bool) -> str:
    if good:
        return "全部值均由第一个密钥加密；旧密钥请再保留一天，待登录会话到期后移除。"
    return "有值无法用 PORTAL_DATA_KEYS 中的任何密钥解密；请找回当时的密钥，加在末尾后重新运行。"
