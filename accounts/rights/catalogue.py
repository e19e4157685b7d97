"""The blocks of the 服务大厅 and everything in them, declared once.

The hall before sign-in shows the entries in front; 服务目录 shows all of them and searches them.
"""

from dataclasses import dataclass, replace

from accounts.rights.businesses import (
    BUSINESSES,
    ELSEWHERE,
    ELSEWHERE_MARK,
    GROUPS,
    PRODUCER,
    SOON,
    SOON_MARK,
    Business,
    Group,
)
from portal.lib.folding import folded_or_none
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.live import Live

SEARCH_LENGTH = 100
# Room for what the characters of a search become.
_FOLDED = 4 * SEARCH_LENGTH

PERSONAL = (
    "“{title}”是个人业务，不在本平台办理；请到国家医保服务平台用个人账号查询，"
    "或向参保地医保经办机构咨询。"
)
PROCUREMENT = "“{title}”不在本平台办理；请到国家组织集中采购平台或所在省份的医药采购平台办理。"


@dataclass(frozen=True)
class Entry:
    """One service. `business`: what it opens here, if it is one of the unit's.

    `words` is the sentence with {title} that says where it is handled instead. `in_front`: shown in
    the hall, not in 服务目录 only.
    """

    code: str
    title: str
    words: str = ELSEWHERE
    business: Business | None = None
    in_front: bool = False

    @property
    def notice(self) -> str:
        """Why it cannot be opened by anyone; empty when it is open to those who hold it."""
        if self.business is None or not self.business.served:
            return self.words.format(title=self.title)
        return "" if self.business.url_name else SOON.format(title=self.title)

    @property
    def mark(self) -> str:
        """The word on an entry that cannot be opened."""
        if self.business is None or not self.business.served:
            return ELSEWHERE_MARK
        return "" if self.business.url_name else SOON_MARK

    def answers(self, words: list[str], block: str) -> bool:
        """Whether each of the folded words stands in its title, its block's or its business's."""
        business = self.business.title if self.business else ""
        text = _folded(f"{self.title} {business} {block}")
        return all(word in text for word in words)


@dataclass(frozen=True)
class Block:
    """A block of the hall, or a section of 服务目录. `notice` is said under its title."""

    code: str
    title: str
    entries: tuple[Entry, ...]
    notice: str = ""

    @property
    def front(self) -> tuple[Entry, ...]:
        """What the hall shows of it; nothing for a section of 服务目录 only."""
        return tuple(entry for entry in self.entries if entry.in_front)


def _front(code: str, title: str, words: str = ELSEWHERE, business: str = "") -> Entry:
    return Entry(code, title, words, BUSINESSES.get(business), in_front=True)


_MINE = (
    _front("insurance-record", "个人参保信息", PERSONAL),
    _front("insurance-account", "个人医保账户", PERSONAL),
    _front("payment-record", "个人缴费记录", PERSONAL),
    _front("spending-record", "个人消费记录", PERSONAL),
)
_AWAY = (
    _front("away-filing", "异地就医备案记录查询", PERSONAL),
    _front("away-costs", "异地就医直接结算费用查询", PERSONAL),
)
_PROCUREMENT = (
    _front("procured-prices", "国家组织药品集中带量采购中选价格查询", PROCUREMENT),
    _front("procured-drugs", "国家组织药品集中采购信息填报", PROCUREMENT),
    _front("procured-supplies", "国家组织高值医用耗材集中采购信息填报", PROCUREMENT),
)
_UNIT_FRONT = (
    _front("drug-list-2024", "2024年国家医保药品目录调整申报", business="drug-list-2024"),
    _front(
        "terminal-inspection",
        "医保业务综合服务终端(Ⅲ类)送检申报",
        business="terminal-inspection",
    ),
    _front("statements", "声明信息公示"),
    _front("dental-implant-prices", "口腔种植价格治理填报", business="dental-implant-prices"),
)
# The second entry to both uploads; the businesses have other names in the unit's own hall.
_UPLOADS = (
    _front("maker-upload", "生产企业药耗追溯信息上传", business="maker-upload"),
    _front("distributor-upload", "流通企业药耗追溯信息上传", business="distributor-upload"),
)


def _businesses_of(*groups: Group) -> tuple[Entry, ...]:
    """Return the businesses of these groups that no block has in front."""
    shown = {entry.code for entry in (*_UNIT_FRONT, *_UPLOADS)}
    return tuple(
        Entry(business.code, business.title, business.group.elsewhere, business)
        for business in BUSINESSES.values()
        if business.group in groups and business.code not in shown
    )


def blocks() -> tuple[Block, ...]:
    """Return all of 服务目录, with the businesses that there are now."""
    return (
        Block("mine", "我的医保", _MINE),
        Block("away", "跨省异地就医结算服务查询", _AWAY),
        Block("procurement", "药品和医用耗材招采服务", _PROCUREMENT),
        Block("unit", "单位服务", _UNIT_FRONT + _businesses_of(PRODUCER)),
        Block("tracing", "药耗追溯信息上传服务", _UPLOADS),
        *(
            Block(group.code, group.title, _businesses_of(group), group.notice)
            for group in GROUPS
            if group.locked
        ),
    )


def blocks_in_front() -> tuple[Block, ...]:
    """Return the blocks of the hall."""
    return tuple(block for block in blocks() if block.front)


# Beside the blocks: what people look for at the head of the hall and find elsewhere.
PERSONAL_SIGN_IN = Entry(
    "personal-sign-in",
    "个人登录",
    "本平台只办理单位业务，没有个人登录。个人业务请到国家医保服务平台办理；"
    "经办人请点击【单位登录】，用手机号登录。",
    in_front=True,
)
ON_A_PHONE = Entry(
    "on-a-phone",
    "手机办理",
    "本平台没有手机应用，无需下载安装：用手机浏览器打开本网址即可登录办理，页面会自动适应屏幕。",
    in_front=True,
)
CERTIFICATE_SIGN_IN = (
    f"本平台暂不提供电子凭证登录。单位请用单位账号或{CREDIT_CODE}和密码登录，"
    "经办人请用手机号和密码登录。"
)


def _entries() -> dict[str, Entry]:
    of_blocks = (entry for block in blocks() for entry in block.entries)
    return {entry.code: entry for entry in (*of_blocks, PERSONAL_SIGN_IN, ON_A_PHONE)}


ENTRIES = Live(_entries)


def found(typed: str) -> tuple[Block, ...]:
    """Return the catalogue with only the entries that answer every word typed; all for no word."""
    words = _folded(typed).split()
    if not words:
        return blocks()
    answering = (
        replace(b, entries=tuple(e for e in b.entries if e.answers(words, b.title)))
        for b in blocks()
    )
    return tuple(block for block in answering if block.entries)


def _folded(text: str) -> str:
    """Bring a text to the form in which words are compared: no case, no width, no brackets."""
    folded = folded_or_none(text, _FOLDED) or text
    return "".join(c for c in folded.casefold() if c.isalnum() or c.isspace())
