"""Value lists: (code, word) pairs. Either is accepted, the code is kept, the word is shown.

A code has a name where something follows from it.
"""

from __future__ import annotations

YES_NO = (("1", "是"), ("0", "否"))
RX_FLAG = (("1", "是"), ("0", "否"), ("2", "双跨"))

INBOUND, OUTBOUND = "101", "201"
INV_TYPE = ((INBOUND, "入库"), (OUTBOUND, "出库"))

# Only what was really sent and received makes a node.
SENT, RECEIVED = "1", "1"
SHP_STAS = ((SENT, "已发货"), ("0", "待发货"), ("2", "已取消"))
SHPP_STAS = ((RECEIVED, "已收货"), ("0", "待收货"), ("2", "已拒收"))

DISTRIBUTOR, HOSPITAL, PHARMACY = "1", "2", "3"
SHPP_ORG_TYPE = ((DISTRIBUTOR, "流通企业"), (HOSPITAL, "医疗机构"), (PHARMACY, "零售药店"))
