"""Names and digests that outlive the code: they stand in databases, in Redis and in browsers.

Every literal here, and all of kept_names.json, was written by an earlier version and is found by
this one. A move or a new word that changes one would sign people out, leave queued work undone or
make stored rows unreadable, without a migration that says so. More may come; none may go.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Container
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as product
from django.core.cache import cache
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings

from accounts.core.limits import Limit
from accounts.core.models import Account
from accounts.log.chain_links import START, Entry, link_hash
from accounts.log.operations import OPERATIONS
from accounts.messages import documents, notices
from accounts.rights.businesses import BUSINESSES
from accounts.sealed import SealedField
from accounts.signing_in import (
    devices,
    proven_numbers,
    second_step,
    sessions,
    sms_codes,
    views_recovery,
)
from accounts.signing_in.models import SmsCode
from accounts.signing_in.queries import nobodys_number
from accounts.staff import views_sign_in as views_signing
from accounts.staff.roles import ROLES
from accounts.units import drafts, qualifications, views_registration
from accounts.units.models import Qualification
from portal.celery import app
from portal.lib.sealing import unseal
from portal.workers import canaries
from tracing import tasks
from tracing.exports.models import Export
from tracing.models.fields import CodeField
from tracing.records import RECORDS
from tracing.uploads.models import Round, Submission
from tracing.uploads.workbook import layout

HERE = Path(__file__)
SECRET_KEY = "0123456789" * 5
DATA_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SEALED = (
    "gAAAAABrDjHipEHqRUSxy_MhOmco53S-CNNnaRDBnqG_GrgfHJfM1yrqYPnJ2hcpRnlYFUMSeSgKYedJTBNxPxqxy"
    "-E707BwiFRuybAZc3Tp2N8B7GICfdw="
)
ID = "01234567-89ab-cdef-0123-456789abcdef"


def kept(what: str) -> Any:
    """What kept_names.json says was stored."""
    return json.loads(HERE.with_name("kept_names.json").read_text())[what]


def test_models_keep_their_labels_and_tables() -> None:
    """Content types, and so the permissions of staff, are found by the label."""
    found = {model._meta.label_lower: model._meta.db_table for model in apps.get_models()}
    assert kept("tables").items() <= found.items()


def test_workers_know_every_task_that_may_be_queued() -> None:
    app.loader.import_default_modules()
    assert set(kept("tasks")) <= app.tasks.keys()
    assert app.conf.task_routes == {
        "tracing.tasks.work_on_submission": {"queue": "imports"},
        "tracing.tasks.remove_batch": {"queue": "imports"},
        "tracing.tasks.build_export": {"queue": "exports"},
        "accounts.tasks.deliver_webhooks": {"queue": "webhooks"},
    }
    assert app.conf.task_default_queue == "quick"


def test_workers_take_a_message_that_names_its_row() -> None:
    """As the version before the turns sent them."""
    for task in (tasks.work_on_submission, tasks.build_export):
        inspect.signature(task.run).bind(ID)


@pytest.mark.parametrize(
    ("what", "known"),
    [
        ("operations", OPERATIONS),
        ("notices", notices.WORDS),
        ("businesses", BUSINESSES),
        ("roles", {role.title: role for role in ROLES}),
        ("records", RECORDS),
    ],
)
def test_codes_in_rows_are_known(what: str, known: Container[str]) -> None:
    assert [code for code in kept(what) if code not in known] == []


def test_columns_in_stored_rows_are_known() -> None:
    """History and rejected rows keep cells by the names of columns."""
    for code, columns in kept("records").items():
        assert set(columns) <= {column.name for column in RECORDS[code].columns}


def test_migrations_find_the_fields_they_name() -> None:
    assert import_string("tracing.models.fields.CodeField") is CodeField
    assert import_string("accounts.sealed.SealedField") is SealedField
    assert CodeField(max_length=9).deconstruct()[1] == "tracing.models.fields.CodeField"
    assert SealedField().deconstruct()[1] == "accounts.sealed.SealedField"


def test_sessions_find_what_they_hold() -> None:
    assert "accounts.backends.AccountBackend" in product.AUTHENTICATION_BACKENDS
    assert product.AUTH_USER_MODEL == "accounts.Account"
    assert (product.SESSION_COOKIE_NAME, product.CSRF_COOKIE_NAME) == ("sessionid", "csrftoken")
    assert sessions.SIGN_IN == "sign_in"
    assert second_step.KEY == "second-step"
    assert proven_numbers.KEY == "proofs"
    assert views_recovery.KEY == "recovery"
    assert (drafts.KEY, views_registration.DONE) == ("registration", "registered")
    assert (views_signing.WAITING, views_signing.PASSED) == ("staff-waiting", "staff-factor")
    purposes = ["register", "recover", "member", "contact", "close", "signin"]
    assert set(purposes) <= set(SmsCode.Purpose.values)


def test_a_browser_is_known_again() -> None:
    assert (devices.COOKIE, devices.SALT) == ("device", "accounts.device")


def test_redis_counts_on(settings: Settings) -> None:
    settings.SECRET_KEY = SECRET_KEY
    counted = Limit("feedback-of-account", "7", 20, 86400).key.partition(":")[2]
    assert counted == "feedback-of-account:c54a802ff83391b04637fcea67e3e08a"
    assert canaries.key_of("quick") == "worker-canary-quick"
    assert cache.make_key("x").endswith(":1:x")


def test_digests_are_made_as_they_were(settings: Settings) -> None:
    settings.SECRET_KEY = SECRET_KEY
    assert sessions.mark_of(Account(pk=7)) == "1071ff5597fdd03878d73f052ed43247"
    assert nobodys_number("distributor9") == "15432245945"
    digest = sms_codes._digest(SmsCode.Purpose.RECOVER, "19900000004", None, "123456")
    assert digest == "a1e192907074a3987f0287a46a202a437077efe44a6949b77e67b8c3764e4234"


def test_a_chain_goes_on() -> None:
    at = "2026-01-02T03:04:05.000006Z"
    entry = Entry(1, 2, None, at, "signed-in", "目标", None, '{"a": 1}', "127.0.0.1", "r")
    made = link_hash(START, 1, datetime.fromisoformat(at).astimezone(UTC), entry)
    assert made == "6a0680f7790ac910999b2a5507d965658cc7b28109f047fdc113a4fd8d077f6c"


def test_a_sealed_value_opens() -> None:
    assert unseal(SEALED, [DATA_KEY]) == "99000019900101001X"


def test_files_lie_where_they_lay(settings: Settings) -> None:
    settings.PORTAL_FILES = Path("files")
    upload = Submission(id=ID)
    assert Round(submission=upload, stored_name=f"{ID}/1.xlsx").path == Path(
        f"files/submissions/{ID}/1.xlsx"
    )
    assert Export(id=ID, format="xlsx").path == Path(f"files/exports/{ID}.xlsx")
    paper = Qualification(stored_name="a.pdf")
    assert qualifications.path_of(paper) == Path("files/qualifications/a.pdf")
    assert documents.folder() == Path("files/documents")


def test_workbooks_of_ours_are_known_again() -> None:
    """Error workbooks come back months after they were downloaded."""
    marks = (layout.PORTAL_SHEET, layout.PORTAL_RECORD, layout.PORTAL_SUBMISSION)
    assert marks == ("portal", "record", "submission")
    assert (layout.PORTAL_VERSION, layout.LAYOUT_VERSION) == ("version", "1")
    assert (layout.ORIGINAL_ROW, layout.REASON) == ("原行号", "失败原因")
    assert layout.SUBMISSION_MARK == "上传编号"
