"""Fictitious makers, products and batches. A batch follows from its maker and its 流水号 alone,
so that samples of its information and of its codes agree whatever their seeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.lib.clock import SHANGHAI
from tracing.synthetic import codes
from tracing.synthetic.codes import PRODUCTS, number

FIRST_DAY = datetime(2024, 1, 1, tzinfo=SHANGHAI)
DAYS = 540


@dataclass(frozen=True)
class Firm:
    """Who makes, sends or receives: 单位名称 and 统一社会信用代码."""

    name: str
    uscc: str


@dataclass(frozen=True)
class Maker(Firm):
    """The firm whose products and batches are shown."""


@dataclass(frozen=True)
class Form:
    """How a drug is made up; `letter` begins its 医保编码: X western, Z Chinese."""

    letter: str
    name: str
    suffix: str
    spec: str
    pacspec: str
    convrat: int
    unit: str
    prescription: str


FORMS = (
    Form("Z", "胶囊剂", "胶囊", "每粒装0.25克", "每盒60粒", 60, "粒", "是"),
    Form("X", "片剂", "片", "每片10毫克", "每盒28片", 28, "片", "双跨"),
    Form("Z", "合剂", "口服液", "每支装10毫升", "每盒10支", 10, "支", "否"),
    Form("X", "注射剂", "注射液", "每支2毫升", "每盒5支", 5, "支", "是"),
    Form("Z", "颗粒剂", "颗粒", "每袋装5克", "每盒12袋", 12, "袋", "否"),
    Form("X", "乳膏剂", "乳膏", "每支20克", "每盒1支", 1, "支", "否"),
)
STEMS = "甲乙丙丁戊己庚辛壬癸子"


@dataclass(frozen=True)
class Product:
    """What a maker makes: product `index` of its `enterprise` number."""

    index: int
    enterprise: int

    @property
    def form(self) -> Form:
        """Its dosage form."""
        return FORMS[self.index % len(FORMS)]

    @property
    def name(self) -> str:
        """药品通用名."""
        return f"某某{STEMS[self.index % len(STEMS)]}{self.form.suffix}"

    @property
    def med_list_codg(self) -> str:
        """医保编码."""
        make = codes.western_drug if self.form.letter == "X" else codes.chinese_drug
        return make(self.enterprise, self.index)

    @property
    def prod_code(self) -> str:
        """商品码."""
        return codes.gtin(self.enterprise, self.index)

    @property
    def nat_drug_no(self) -> str:
        """国家药品标识码."""
        return codes.national_drug_number(self.enterprise, self.index)

    @property
    def aprvno(self) -> str:
        """批准文号."""
        return codes.approval_number(self._letter, self.enterprise, self.index)

    @property
    def drug_regno(self) -> str:
        """注册证号, were it made abroad."""
        return codes.approval_number(f"{self._letter}J", self.enterprise, self.index)

    @property
    def _letter(self) -> str:
        return "H" if self.form.letter == "X" else "Z"


@dataclass(frozen=True)
class Batch:
    """One batch: `packs` smallest packs made at `made`, good until `expires`."""

    trac_codg_sn: str
    product: Product
    lot: str
    made: datetime
    expires: datetime
    packs: int

    @property
    def printed(self) -> Printed:
        """What its codes say about it."""
        product = self.product
        return Printed(
            self.trac_codg_sn, product.med_list_codg, product.prod_code, product.index, self.made
        )


@dataclass(frozen=True)
class Printed:
    """What the codes of a batch must know; `product` chooses the prefixes of the codes."""

    trac_codg_sn: str
    med_list_codg: str
    prod_code: str
    product: int
    made: datetime


def batch_of(maker: Maker, trac_codg_sn: str) -> Batch:
    """The batch that a maker's 流水号 stands for."""
    rest = number("batch", maker.uscc, trac_codg_sn)
    rest, index = divmod(rest, PRODUCTS)
    rest, day = divmod(rest, DAYS)
    rest, of_the_day = divmod(rest, 9)
    rest, thousands = divmod(rest, 196)
    made = FIRST_DAY + timedelta(days=day)
    return Batch(
        trac_codg_sn=trac_codg_sn,
        product=Product(index, codes.enterprise(maker.uscc)),
        lot=f"{made:%Y%m%d}{of_the_day + 1:02}",
        made=made,
        expires=_two_years_after(made),
        packs=(5 + thousands) * 1_000,
    )


def product_index(prod_code: str) -> int:
    """Which product a 商品码 stands for; any number for one that is not ours."""
    if prod_code.startswith(codes.GTIN_PREFIX) and len(prod_code) == 13:
        return int(prod_code[7:12]) % PRODUCTS
    return number("product", prod_code) % PRODUCTS


def _two_years_after(made: datetime) -> datetime:
    """Good for 24 months less a day; 29 February counts as 28."""
    day = 28 if (made.month, made.day) == (2, 29) else made.day
    return made.replace(year=made.year + 2, day=day) - timedelta(days=1)
