"""签名调试: the usual mistakes are named, and nothing that is said holds an SKey."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.keys import mistakes, views_debugging
from accounts.keys.authentication import WINDOW
from accounts.keys.debugging import SECRET_MARK, Diagnosis, diagnose, difference
from accounts.keys.mistakes import MOST_DIGESTS, Parts, _written, mistake_of, most_bytes
from accounts.keys.signing import guide_signature
from portal.lib.strict_json import MOST_DEPTH
from tests.accounts.keys.keys import key_of
from tests.people import Side

AK, SK, OTHER_AK, OTHER_SK = "a1" * 16, "0c" * 16, "b2" * 16, "9f" * 16
TIME = "1687674798"
PARAM = '{"delFlag":false, "data": [{"drug_genname":"阿莫西林/胶囊"}]}'
RIGHT = Parts(AK, TIME, SK, PARAM)
OTHERS = {OTHER_AK: OTHER_SK}


def sha(text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(content).hexdigest()


def signed(**changed: str) -> str:
    return sha("".join(RIGHT._replace(**changed)))


VALUE = json.loads(PARAM)
WHOLE = "".join(RIGHT)


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (signed(param=json.dumps(VALUE, ensure_ascii=False)), "冒号和逗号后有空格"),
        (signed(param=json.dumps(VALUE)), "中文用 \\u 转义"),
        (signed(param=json.dumps(VALUE, ensure_ascii=False, separators=(",", ":"))), "没有空格"),
        (
            signed(param=json.dumps(VALUE, ensure_ascii=False, indent=2, sort_keys=True)),
            "缩进 2 格，名称按字母排序",
        ),
        (signed(param=PARAM + "\n"), "末尾多一个换行（\\n）"),
        (signed(param="\ufeff" + PARAM), "开头有 BOM"),
        (signed(param=PARAM.replace("/", "\\/")), "“\\/”"),
        (signed(param=""), "param 是空的"),
        (signed(timestamp=TIME + "000"), "毫秒"),
        (signed(timestamp=str(int(TIME) + 1)), "各取了一次时间"),
        (signed(sk=SK + "\n"), "SKey 末尾多了一个换行"),
        (signed(sk=SK.upper()), "SKey 写成了大写"),
        (signed(sk=OTHER_SK), f"另一把密钥（AKey {OTHER_AK}）"),
        (signed(ak=AK.upper()), "AKey 写成了大写"),
        (signed(sk=""), "没有 SKey"),
        (signed(ak=SK, sk=AK), "用反了"),
        (signed(param=json.dumps(VALUE), sk=SK + " "), "；SKey 末尾多了一个空格"),
        (sha(AK + SK + TIME + PARAM), "拼接的顺序不对：您按 ak + SKey + timestamp + param 拼接"),
        (sha("&".join(RIGHT)), "各部分之间多了“&”"),
        (sha(f"ak={AK}&timestamp={TIME}&sk={SK}&param={PARAM}"), "名称=值"),
        (sha(WHOLE.encode("gbk")), "GBK"),
        (sha(WHOLE.encode("utf-16-le")), "UTF-16-LE"),
        (sha(WHOLE.encode("latin-1", "replace")), "“?”"),
        (hashlib.md5(WHOLE.encode(), usedforsecurity=False).hexdigest(), "MD5"),
        (hashlib.sha512(WHOLE.encode()).hexdigest(), "SHA512"),
        (base64.b64encode(hashlib.sha256(WHOLE.encode()).digest()).decode(), "Base64"),
        (hmac.new(SK.encode(), (AK + TIME + PARAM).encode(), "sha256").hexdigest(), "HMAC-SHA256"),
        (sha(sha(WHOLE)), "两次"),
    ],
)
def test_the_usual_mistakes_are_named(sign: str, words: str) -> None:
    found = diagnose(RIGHT, sign, OTHERS)
    assert words in found.mistake
    assert not found.right
    assert_silent(found)


def assert_silent(found: Diagnosis) -> None:
    for secret in (SK, OTHER_SK):
        assert secret not in str(found).lower()


DEEP = "[" * 900 + ",".join("0" * 7_100) + "]" * 900
# As deep as it may be, with what an indent would make the longest.
WIDE = "[" * MOST_DEPTH + ",".join("0" * 7_900) + "]" * MOST_DEPTH


@pytest.mark.parametrize(
    "param", [DEEP, WIDE, "{" * 900 + "0" * 7_100, '"' * 16_000, "中" * 16_000]
)
def test_the_work_of_a_look_is_in_proportion_to_the_param(
    param: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []

    def counted(content: bytes) -> str:
        hashed.append(len(content))
        return sha(content)

    monkeypatch.setattr(mistakes, "_sha256", counted)
    others = {f"{number:032x}": f"{number + 100:032x}" for number in range(400)}
    assert mistake_of(RIGHT._replace(param=param), "0" * 64, others) is None
    assert len(hashed) <= MOST_DIGESTS + 60
    assert max(hashed) <= 200 + max(most_bytes(param), 2 * len(WHOLE + param.strip()) + 2)


def test_of_json_that_grows_no_more_is_written_than_is_used() -> None:
    written = 0

    class Counting(json.JSONEncoder):
        def iterencode(self, o: object, _one_shot: bool = False) -> Iterator[str]:
            nonlocal written
            for piece in super().iterencode(o, _one_shot):
                written += len(piece)
                yield piece

    assert _written(Counting(indent=4), json.loads(WIDE), len(WIDE)) == ""
    assert len(WIDE) < written < len(WIDE) + 1_000


@pytest.mark.parametrize("write", [str, str.upper])
def test_a_right_signature_is_right_in_either_case(write: type[str]) -> None:
    found = diagnose(RIGHT, write(signed()), OTHERS)
    assert (found.right, found.mistake, found.difference) == (True, "", None)


def test_any_other_signature_has_no_mistake_of_ours() -> None:
    found = diagnose(RIGHT, "0" * 64, OTHERS)
    assert (found.right, found.mistake, found.difference) == (False, "", None)
    assert mistake_of(RIGHT._replace(param="no json"), "", {}) is None


def test_the_first_difference_is_shown() -> None:
    found = diagnose(RIGHT, signed(timestamp=TIME + "000"), OTHERS).difference
    assert found is not None
    assert found.place == len(AK + TIME) + 1
    assert f"{TIME}【*】" in found.wanted
    assert f"{TIME}【0】" in found.found
    mine = f"{AK}{TIME}{SK}{PARAM}\n"
    said = diagnose(RIGHT, "0" * 64, OTHERS, mine)
    assert said.difference is not None
    assert said.difference.wanted.endswith("【到此为止】")
    assert said.difference.found.endswith("【<LF>】")
    assert_silent(said)


def test_a_text_with_the_mark_or_the_secret_is_the_same() -> None:
    for written in (SECRET_MARK, SK):
        said = diagnose(RIGHT, "0" * 64, OTHERS, f"{AK}{TIME}{written}{PARAM}")
        assert said.difference is None
    said = diagnose(RIGHT, "0" * 64, OTHERS, f"{AK}{TIME}{SK.upper()}{PARAM}")
    assert said.difference is not None
    assert_silent(said)


@pytest.mark.parametrize(
    ("wanted", "found", "place"), [("abc", "abd", 3), ("abc", "ab", 3), ("", "a", 1)]
)
def test_texts_part_at_a_place(wanted: str, found: str, place: int) -> None:
    said = difference(wanted, found)
    assert said is not None
    assert said.place == place


@pytest.mark.parametrize(
    ("away", "told"),
    [(-WINDOW - 2, True), (-WINDOW, False), (0, False), (WINDOW + 600, False)],
)
@pytest.mark.parametrize("unit", ["", "999"])
def test_no_signature_is_told_that_a_call_could_use(away: int, told: bool, unit: str) -> None:
    """Neither now nor later."""
    now = 1_700_000_000
    sent = RIGHT._replace(timestamp=f"{now + away}{unit}")
    found = diagnose(sent, "0" * 64, {}, now=now)
    assert found.expected == (guide_signature(*sent) if told else "")


@pytest.mark.parametrize("timestamp", ["", "yesterday", "1" * 12, "１６８７６７４７９８"])
def test_no_signature_is_told_for_a_time_that_is_none(timestamp: str) -> None:
    found = diagnose(RIGHT._replace(timestamp=timestamp), "0" * 64, {})
    assert found.expected == ""
    assert found.checks[0].good is False


@pytest.mark.django_db
def test_the_page_reads_a_message_and_never_shows_the_secret(
    maker: Side, agent_client: Client
) -> None:
    key = key_of(maker)
    timestamp = str(int(time.time()))
    param = '{"a": 1}'
    sign = guide_signature(key.ak, timestamp, key.sk, '{"a":1}')
    message = json.dumps({"ak": key.ak, "timestamp": timestamp, "sign": sign, "param": param})
    address = f"/u/{maker.unit.slug}/keys/debug/"
    sent = {"message": message, "signed": key.ak + timestamp + key.sk + param}
    page = agent_client.post(address, sent).content.decode()
    assert "没有空格" in page
    assert key.sk not in page
    assert SECRET_MARK in page
    assert guide_signature(key.ak, timestamp, key.sk, param) not in page


def misplaced(sk: str) -> Iterator[dict[str, str]]:
    """What is sent by whoever pastes an SKey into a field that is not for it."""
    good = {"ak": AK, "timestamp": TIME, "sign": "0" * 64, "param": PARAM, "signed": ""}
    within = (sk, f" {sk}", f"{sk}\n", sk.upper())
    for name in good:
        yield from ({**good, name: text} for text in within)
    for param in (f'{{"sk":"{sk}"}}', f'{{"{sk}":1,"{sk}":2}}', f"{sk} is no JSON"):
        yield {**good, "param": param}
    for name in ("ak", "timestamp", "sign", "param"):
        yield {"message": json.dumps({**good, name: sk})}
    yield {"message": f'{{"{sk}":1,"{sk}":2}}'}
    yield {"message": sk}


@pytest.mark.django_db
def test_a_secret_in_any_field_is_never_shown(maker: Side, agent_client: Client) -> None:
    key, other = key_of(maker), key_of(maker)
    address = f"/u/{maker.unit.slug}/keys/debug/"
    for sk in (key.sk, other.sk):
        for sent in misplaced(sk):
            own = {name: text.replace(AK, key.ak) for name, text in sent.items()}
            page = agent_client.post(address, own).content.decode().lower()
            # Not its beginning either.
            assert sk[:12] not in page, own
            assert "***skey" in page, own


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"message": "{"}, "不是有效的 JSON"),
        ({"message": "[]"}, "一个 JSON 对象"),
        ({"message": '{"ak":"a","timestamp":"1","sign":"0","param":{}}'}, "param 不是文字"),
        ({"message": '{"ak":1,"timestamp":"1","sign":"0","param":""}'}, "ak 缺少或不是文字"),
        ({"ak": "a", "timestamp": "1"}, "请填写sign"),
        ({"ak": "f" * 32, "timestamp": "1", "sign": "0"}, "本单位没有这个 ak"),
        ({"ak": "f" * 51, "timestamp": "1", "sign": "0"}, "最多 50 个"),
    ],
)
def test_what_cannot_be_looked_at_is_said(
    maker: Side, agent_client: Client, sent: dict[str, str], said: str
) -> None:
    answer = agent_client.post(f"/u/{maker.unit.slug}/keys/debug/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_a_key_of_another_unit_is_none(
    maker: Side, stranger: Side, stranger_client: Client
) -> None:
    theirs = key_of(maker)
    sign = guide_signature(theirs.ak, TIME, theirs.sk, "{}")
    sent = {"ak": theirs.ak, "timestamp": TIME, "sign": sign, "param": "{}"}
    page = stranger_client.post(f"/u/{stranger.unit.slug}/keys/debug/", sent).content.decode()
    assert "本单位没有这个 ak" in page
    assert "签名正确" not in page


@pytest.mark.django_db
def test_debugging_has_a_limit(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_debugging, "DEBUGS_AN_HOUR", 1)
    key = key_of(maker)
    sent = {"ak": key.ak, "timestamp": TIME, "sign": "0", "param": "{}"}
    address = f"/u/{maker.unit.slug}/keys/debug/"
    assert agent_client.post(address, sent).status_code == 200
    answer = agent_client.post(address, sent)
    assert answer.status_code == 422
    assert "过于频繁" in answer.content.decode()
