"""Firms of the example rows: (name, 统一社会信用代码). Nobody has these names or codes."""

from __future__ import annotations

MAKER = ("某某制药有限公司", "91320000MA0000007Q")
DISTRIBUTOR = ("某某医药有限公司", "91990000MA0000015Q")
PHARMACY = ("某某大药房", "91990000MA0000023K")
CARRIER = ("某某物流有限公司", "91990000MA0000031E")
DEVICE_MAKER = ("某某医疗器械有限公司", MAKER[1])
