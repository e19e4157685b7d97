"""The ways an SMS goes: a file, standard error, a provider by HTTP."""

import json
import logging
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from accounts.signing_in import sms_codes
from accounts.signing_in.models import SmsCode
from accounts.signing_in.sms_sending import SmsNotSent
from accounts.tasks import send_sms_code
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

MOBILE, TOKEN = "19900030001", "token-of-the-provider"


class Seen(NamedTuple):
    """What the provider was sent."""

    path: str
    headers: dict[str, str]
    body: Any


class Provider:
    """A provider of ours: answers with these statuses in turn, the last one for ever."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.statuses = [200]
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.seen.append(Seen(self.path, dict(self.headers), json.loads(body)))
                answers = provider.statuses
                status = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                self.send_header("Location", f"{provider.address}elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                provider.seen.append(Seen(self.path, dict(self.headers), None))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that SMS go to."""
    provider = Provider()
    settings.PORTAL_SMS = "http"
    settings.PORTAL_SMS_URL, settings.PORTAL_SMS_TOKEN = f"{provider.address}sms", TOKEN
    thread = threading.Thread(target=provider.server.serve_forever)
    thread.start()
    yield provider
    provider.close()
    thread.join()


def new_code(*, silent: bool = False) -> SmsCode:
    return sms_codes.make(SmsCode.Purpose.RECOVER, MOBILE, silent=silent)


def test_a_file_gets_a_line_and_its_owner_alone_reads_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PORTAL_SMS, settings.PORTAL_DATA = "file", tmp_path
    first, second = new_code(), new_code()
    sms_codes.deliver(first.pk)
    sms_codes.deliver(second.pk)
    file = tmp_path / "sms.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["code"] for line in lines] == [first.sealed, second.sealed]
    assert set(lines[0]) == {"to", "text", "code", "at"}
    assert lines[0]["to"] == MOBILE
    for part in ("【药耗追溯单位网厅】", first.sealed, "找回密码", "10 分钟内有效"):
        assert part in lines[0]["text"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("purpose", SmsCode.Purpose)
def test_only_the_code_that_binds_an_agent_may_be_told(
    settings: Settings, tmp_path: Path, purpose: SmsCode.Purpose
) -> None:
    settings.PORTAL_SMS, settings.PORTAL_DATA = "file", tmp_path
    unit = UnitFactory.create(name="某某药业有限公司")
    sms_codes.deliver(sms_codes.make(purpose, MOBILE, silent=False, unit=unit).pk)
    text = json.loads((tmp_path / "sms.jsonl").read_text(encoding="utf-8"))["text"]
    assert purpose.label in text
    assert ("如您同意为某某药业有限公司办理业务，请将验证码告知该单位" in text) is (
        purpose == SmsCode.Purpose.MEMBER
    )
    assert "请勿告诉" in text


def test_the_console_shows_the_text_and_no_full_number(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.PORTAL_SMS = "console"
    code = new_code()
    sms_codes.deliver(code.pk)
    said = capfd.readouterr()
    assert said.out == ""
    assert code.sealed in said.err
    assert "199****0001" in said.err
    assert MOBILE not in said.err


def test_a_provider_gets_number_and_text_and_knows_us_by_the_token(provider: Provider) -> None:
    code = new_code()
    sms_codes.deliver(code.pk)
    (seen,) = provider.seen
    assert seen.path == "/sms"
    assert set(seen.body) == {"to", "text"}
    assert seen.body["to"] == MOBILE
    assert code.sealed in seen.body["text"]
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
    row = SmsCode.objects.get()
    assert row.sent_at is not None
    assert row.sealed == ""


def test_a_second_try_carries_the_same_key_and_a_third_none_at_all(provider: Provider) -> None:
    provider.statuses = [503, 200]
    code = new_code()
    with pytest.raises(SmsNotSent):
        sms_codes.deliver(code.pk)
    sms_codes.deliver(code.pk)
    sms_codes.deliver(code.pk)
    keys = [seen.headers["Idempotency-Key"] for seen in provider.seen]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    other = new_code()
    sms_codes.deliver(other.pk)
    assert provider.seen[-1].headers["Idempotency-Key"] not in keys


def test_a_redirect_takes_the_token_nowhere(provider: Provider) -> None:
    provider.statuses = [302]
    with pytest.raises(SmsNotSent, match="HTTPError 302"):
        sms_codes.deliver(new_code().pk)
    assert [seen.path for seen in provider.seen] == ["/sms"]


def test_a_silent_code_is_sent_to_nobody(provider: Provider) -> None:
    code = new_code(silent=True)
    sms_codes.deliver(code.pk)
    assert provider.seen == []
    assert SmsCode.objects.get().sent_at is not None


def test_nobody_at_the_address_is_said_without_what_was_to_be_sent(
    provider: Provider, settings: Settings
) -> None:
    provider.server.socket.close()
    settings.PORTAL_SMS_URL = "http://127.0.0.1:1/sms"
    code = new_code()
    with pytest.raises(SmsNotSent) as error:
        sms_codes.deliver(code.pk)
    assert (error.value.__cause__, error.value.__suppress_context__) == (None, True)
    for secret in (MOBILE, code.sealed, TOKEN):
        assert secret not in str(error.value)


def test_the_worker_tries_again_and_its_log_keeps_quiet(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.statuses = [500]
    code = new_code()
    done = send_sms_code.apply(args=(code.pk,))
    assert isinstance(done.result, SmsNotSent)
    assert len(provider.seen) == 5
    assert len({seen.headers["Idempotency-Key"] for seen in provider.seen}) == 1
    assert caplog.records
    for secret in (MOBILE, code.sealed, TOKEN):
        assert secret not in caplog.text
        assert secret not in str(done.traceback)


def test_a_code_that_has_ended_is_not_sent_any_more(provider: Provider) -> None:
    code = new_code()
    SmsCode.objects.update(ends_at=code.made_at)
    sms_codes.deliver(code.pk)
    assert provider.seen == []
