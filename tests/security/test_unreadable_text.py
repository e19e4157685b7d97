"""Text that PostgreSQL cannot keep is refused before any page looks at it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory

from portal.wsgi import application
from tests.people import Side

HALF_A_PAIR = "%5Cud800"  # "\ud800" as raw_unicode_escape reads it


@pytest.fixture
def patient_client(agent_client: Client) -> Client:
    """The maker's agent, whose client reports a fault of ours as 500 instead of raising it."""
    agent_client.raise_request_exception = False
    return agent_client


@pytest.mark.parametrize(
    "address",
    [
        "maker/upload/batch/?sn=a%00b",
        "maker/upload/?drug_genname=a%00b",
        "maker/upload/?%00=1",
        "maker/query/?code=a%00b",
        "maker/query/trace/?code=a%00b",
    ],
)
def test_a_nul_in_an_address_is_no_request(
    maker: Side, patient_client: Client, address: str
) -> None:
    assert patient_client.get(f"/u/{maker.unit.slug}/{address}").status_code == 400


@pytest.mark.parametrize("field", ["key", "reason", "record", "unknown"])
def test_a_nul_in_a_form_is_no_request(maker: Side, patient_client: Client, field: str) -> None:
    form = {"record": "domestic-drug-info", "key": "a", "asked": "1", "reason": "x"}
    answer = patient_client.post(
        f"/u/{maker.unit.slug}/maker/upload/void/", {**form, field: "a\0b"}
    )
    assert answer.status_code == 400


def test_a_nul_in_a_cookie_is_no_request(db: None) -> None:
    # Quoted cookies may write any character as an octal number.
    client = Client(raise_request_exception=False, headers={"cookie": 'sessionid="\\000aaaaaaaa"'})
    assert client.get("/units/").status_code == 400


@pytest.mark.parametrize("charset", ["raw_unicode_escape", "utf-7", "gb18030"])
def test_only_utf_8_is_read(maker: Side, patient_client: Client, charset: str) -> None:
    address = f"/u/{maker.unit.slug}/maker/upload/batch/?sn={HALF_A_PAIR}"
    kind = f"text/plain; charset={charset}"
    assert patient_client.get(address, headers={"content-type": kind}).status_code == 400
    form = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n\\ud800\r\n--x--\r\n'
    answer = patient_client.post(f"/u/{maker.unit.slug}/maker/query/export/", body, form)
    assert answer.status_code == 400


def answer_of_the_server(method: str, content_type: str) -> tuple[str, dict[str, str], str]:
    """Status, headers and page of the server's own entry point: the test client builds its
    requests by itself."""
    environ = RequestFactory().generic(method, "/login/?next=%2F", "", "text/plain").environ
    environ["CONTENT_TYPE"] = content_type
    answered: list[tuple[str, dict[str, str]]] = []

    def start(status: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
        answered.append((status, dict(headers)))
        return lambda _body: None

    page = b"".join(application(environ, start)).decode()
    return *answered[0], page


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x; charset=hex",
        "text/plain; a*=bogus''x",
        "text/plain; a*=undefined''x",
        "text/plain; a*=idna''xn--%ff",
        "multipart/form-data; boundary*=bogus''x",
    ],
)
def test_a_codec_that_is_no_character_set_is_refused_like_any_other(
    db: None, caplog: pytest.LogCaptureFixture, method: str, content_type: str
) -> None:
    status, headers, page = answer_of_the_server(method, content_type)
    assert status == "400 Bad Request"
    assert headers["X-Request-ID"]
    assert "请返回上一页" in page
    assert len(caplog.records) == 1


def test_utf_8_that_says_so_is_read(maker: Side, agent_client: Client) -> None:
    answer = agent_client.post(
        f"/u/{maker.unit.slug}/maker/query/export/",
        "code=",
        "application/x-www-form-urlencoded; charset=UTF-8",
    )
    assert answer.status_code == 302


def test_the_refusal_says_what_to_do_under_the_policy(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/login/?next=%00")
    assert "请返回上一页" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
