"""A temporary folder without room, as the writer of workbooks tells of it: by a crash."""

import pytest


class PanicException(BaseException):
    """As pyo3 makes it where Rust crashes; the real one cannot be imported."""


def without_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row of a workbook finds room any more."""

    def crash(*_: object, **__: object) -> None:
        raise PanicException(
            "Couldn't write to xml file: Os { code: 28, kind: StorageFull, message: "
            '"No space left on device" }'
        )

    monkeypatch.setattr("portal.lib.sheets.write_worksheets", crash)
