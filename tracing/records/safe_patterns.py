"""Patterns that staff type: matched in a time that only grows as the code does (ADR 0026)."""

from __future__ import annotations

from functools import cached_property

import re2

LONGEST_PATTERN = 200
# What one code costs at worst grows with the size of the program that a pattern becomes.
LARGEST_PROGRAM = 300
_MEMORY = 1 << 20
# The groups that name a part of the code, and what `rule_checks` calls the GTIN.
GROUPS = ("product", "gtin", "serial", "lot", "made", "expires")


class UnsafePattern(ValueError):
    """A pattern that cannot be used; its text says why, in Chinese."""


class SafePattern:
    """A pattern over whole codes in the syntax of RE2. Raises UnsafePattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        if not pattern or len(pattern) > LONGEST_PATTERN:
            raise UnsafePattern(f"应为 1 至 {LONGEST_PATTERN} 个字符，现在有 {len(pattern)} 个")
        if not (pattern.isascii() and pattern.isprintable()):
            raise UnsafePattern("只能用半角的可见字符：追溯码里没有别的字符")
        self._asked = _compiled(pattern, capturing=False)
        if self._asked.programsize > LARGEST_PROGRAM:
            raise UnsafePattern(
                f"展开后有 {self._asked.programsize} 步，最多 {LARGEST_PROGRAM} 步："
                "请减少重复的次数或嵌套"
            )
        if self._asked.fullmatch(b"") is not None:
            raise UnsafePattern("空的内容也会符合：请写明至少有哪些字符")
        unknown = sorted(set(self._taking.groupindex) - {name.encode() for name in GROUPS})
        if unknown:
            raise UnsafePattern(
                f"分组名“{unknown[0].decode()}”没有含义：可用的有 {'、'.join(GROUPS)}"
            )

    @cached_property
    def _taking(self) -> re2._Regexp:
        return _compiled(self.pattern, capturing=True)

    def fullmatch(self, code: str, /) -> object | None:
        """Something true where the whole code fits."""
        return self._asked.fullmatch(code.encode("ascii")) if code.isascii() else None

    def groups(self, code: str) -> dict[str, str]:
        """The named parts of a code that fits, those that are there."""
        found = self._taking.fullmatch(code.encode("ascii")) if code.isascii() else None
        parts = found.groupdict() if found else {}
        return {name.decode(): value.decode() for name, value in parts.items() if value}


def _compiled(pattern: str, *, capturing: bool) -> re2._Regexp:
    options = re2.Options()
    # Bytes, for codes are ASCII: no text is measured in characters and in bytes for each match.
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = not capturing
    try:
        return re2.compile(pattern.encode("ascii"), options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode("ascii", "replace") if isinstance(reason, bytes) else str(reason)
        raise UnsafePattern(
            f"无法使用（{said}）：应为 RE2 的写法，没有前后断言和反向引用"
        ) from error
