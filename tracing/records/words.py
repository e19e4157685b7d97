"""What screens call a thing where a record may use another word; aliases of columns among them."""

from __future__ import annotations

# The two kinds of goods, where a sentence tells them apart.
DRUGS, CONSUMABLES = "药品", "医用耗材"
# A trace code, of a drug or of a consumable, and the day it was uploaded first.
GOODS_CODE = "药耗追溯码"
GOODS_CODE_UPLOADED = f"{GOODS_CODE}上传日期"
