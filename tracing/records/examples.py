"""Firms of the example rows: (name, 统一社会信用代码), or only a name. Nobody has these."""

from __future__ import annotations

MAKER = ("某某制药有限公司", "91320000MA0000007Q")
DISTRIBUTOR = ("某某医药有限公司", "91990000MA0000015Q")
PHARMACY = ("某某大药房", "91990000MA0000023K")
IMPORTER = "某某医药进出口有限公司"
CARRIER = ("某某物流有限公司", "91990000MA0000031E")
DEVICE_MAKER = ("某某医疗器械有限公司", MAKER[1])
