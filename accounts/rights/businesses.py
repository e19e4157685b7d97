"""The businesses (业务) of the hall, declared once.

Tiles of the hall, the granting page, the checks of views and the database constraint read this.
Which kinds of unit have a business is said by the kinds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.core.kinds import KINDS, UnitKind
from portal.lib.live import Live

ELSEWHERE = "“{title}”不在本平台办理，请到国家医保服务平台的单位网上服务大厅办理。"


@dataclass(frozen=True)
class Group:
    """A section of the hall. `notice` is said beside its title; `locked`: none of it is open.

    `elsewhere` is the sentence with {title} that says where what is not served is handled.
    """

    code: str
    title: str
    notice: str = ""
    locked: bool = False
    elsewhere: str = ELSEWHERE


@dataclass(frozen=True)
class Business:
    """One tile. Served businesses can be granted; the others are handled elsewhere.

    `url_name`: its first page, taking the unit's slug; empty while the page is not there yet.
    """

    code: str
    title: str
    group: Group
    served: bool = False
    url_name: str = ""

    @property
    def kinds(self) -> frozenset[UnitKind]:
        """The kinds of unit that have it."""
        return frozenset(kind for kind in KINDS.values() if kind.has(self.code))


INSURED = Group(
    "insured",
    "参保单位服务",
    "温馨提示: 单位参保服务暂未开通，相关业务请登录参保所在地医保服务平台办理",
    locked=True,
    elsewhere="“{title}”不在本平台办理，请登录参保所在地医保服务平台办理。",
)
INSTITUTION = Group(
    "institution",
    "医药机构服务",
    "温馨提示: 医药机构服务不在本平台办理，相关业务请登录机构所在地医保服务平台办理",
    locked=True,
)
PRODUCER = Group("producer", "生产企业服务")
GROUPS: tuple[Group, ...] = (INSURED, INSTITUTION, PRODUCER)

SOON = "“{title}”即将开通，开通后点击此处即可办理；单位账号现在就可以授权。"
ELSEWHERE_MARK = "其他平台办理"
SOON_MARK = "即将开通"
DENIED_MARK = "无权限"
# What agents are told while the unit's 资质认证 is missing, under check or returned.
NOT_APPROVED = (
    "本单位尚未通过资质认证，暂不能办理业务；请用单位账号登录，"
    "在【单位管理】的【资质认证】中上传营业执照，审核通过后即可办理。"
)
DENIED = "暂无权限，请使用单位账号添加权限!或重新切换其他单位办理业务!"
WRONG_KIND = "“{title}”只面向{kinds}，{unit}不属于此类单位；请重新切换其他单位办理业务!"


def _served(code: str, title: str, url_name: str = "") -> Business:
    return Business(code, title, PRODUCER, served=True, url_name=url_name)


_DECLARED: tuple[Business, ...] = (
    Business("insured-add", "单位参保人员增员申报", INSURED),
    Business("insured-remove", "单位参保人员减员申报", INSURED),
    Business("insured-list", "单位参保人员名单查询", INSURED),
    Business("drug-list-2024", "2024年医保药品目录调整申报", PRODUCER),
    Business("negotiated-drug-institutions", "医药企业线上报送医保谈判药品配备机构", PRODUCER),
    Business("terminal-inspection", "医保业务综合服务终端(Ⅲ类)送检报告", PRODUCER),
    Business("negotiated-drug-payments", "协议期内谈判药品医保支付数据查询", PRODUCER),
    Business("dental-implant-prices", "口腔种植价格治理填报", PRODUCER),
    Business("terminal-application", "医保业务综合服务终端申请单上传", PRODUCER),
    Business("listed-drug-maintenance", "生产企业目录内药品信息维护", PRODUCER),
    _served("maker-upload", "生产企业药耗基础信息上传", "tracing:maker-upload"),
    _served("distributor-upload", "流通企业药耗配送信息上传", "tracing:distributor-upload"),
    _served("api-self-service", "接口调用自助服务", "accounts:keys"),
)


def _all() -> Iterator[Business]:
    """The businesses in the hall's order; by one of its own each kind of unit asks for codes."""
    yield from _DECLARED
    for kind in KINDS.values():
        yield _served(kind.query, f"{kind.label}药耗追溯信息查询", f"tracing:{kind.query}")


BUSINESSES = Live(lambda: {business.code: business for business in _all()})
SERVED = Live(lambda: {business.code: business for business in _all() if business.served})
CODE_LENGTH = 40


def of_kinds(kinds: frozenset[UnitKind]) -> tuple[Business, ...]:
    """Return the served businesses a unit of these kinds has, in the hall's order."""
    return tuple(b for b in SERVED.values() if b.kinds & kinds)
