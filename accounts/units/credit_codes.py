"""Why a 统一社会信用代码 cannot be one, with the place where it shows."""

from portal.lib.identifiers import UsccFlaw, uscc_flaw, uscc_strange_place
from portal.lib.refused import Refusal, refusal

FLAWS: dict[UsccFlaw, str] = {
    UsccFlaw.LENGTH: "应为 18 位，现有 {found} 位；请对照营业执照修改。",
    UsccFlaw.CHARACTERS: (
        "第 {place} 位“{character}”不可用，只能是数字和除 I、O、S、V、Z 外的大写字母；"
        "请对照营业执照修改。"
    ),
    UsccFlaw.CHECK_DIGIT: "末位校验码（第 18 位）与前 17 位不符；请对照营业执照逐位核对。",
    UsccFlaw.ORGANISATION_DIGIT: (
        "第 17 位与第 9 至 16 位主体标识码不符；请对照营业执照逐位核对。"
    ),
}


def uscc_problem(uscc: str) -> Refusal | None:
    """Return what is wrong with a code in canonical form, or None. Places count from 1."""
    flaw = uscc_flaw(uscc)
    if flaw is None:
        return None
    detail = {"found": str(len(uscc))}
    place = uscc_strange_place(uscc)
    if flaw is UsccFlaw.CHARACTERS and place is not None:
        detail = {"place": str(place + 1), "character": uscc[place]}
    return refusal("uscc_invalid", uscc=uscc, why=FLAWS[flaw].format(**detail))
