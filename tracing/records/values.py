"""Value lists: (code, word) pairs. Either is accepted, the code is kept, the word is shown."""

from __future__ import annotations

YES_NO = (("1", "是"), ("0", "否"))
RX_FLAG = (("1", "是"), ("0", "否"), ("2", "双跨"))
