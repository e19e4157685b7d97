"""Calls made from the OpenAPI document find no 500 and no answer that it does not tell."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.accounts.keys.keys import key_of
from tests.factories import UnitFactory
from tests.people import side
from tests.tracing.api.calls import envelope
from tests.tracing.uploads.rows import CODES
from tracing.api.catalogue import INTERFACES
from tracing.api.documents.examples import compact, example_param
from tracing.api.documents.openapi import document

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Of each operation; what the strategy gives is the same in every run.
SIGNED_EXAMPLES, OTHER_EXAMPLES = 2, 1
JSON = (dict, list, str, int, float, type(None))
SCHEMA = schemathesis.openapi.from_dict(json.loads(document()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "as it came"])
def test_every_answer_stands_in_the_document(
    mode: GenerationMode, signed: bool, live_server: LiveServer
) -> None:
    key = key_of(side(UnitFactory.create(is_distributor=True)))

    def send(case: Case[Any]) -> None:
        # What is generated as a param is signed, so that it reaches what lies behind.
        if signed and isinstance(case.body, JSON) and not _is_envelope(case.body):
            case.body = envelope(key, json.dumps(case.body, ensure_ascii=False))
        answer = case.call(base_url=live_server.url)
        case.validate_response(answer, checks=CHECKS)

    for operation in OPERATIONS:
        settings(
            max_examples=SIGNED_EXAMPLES if signed else OTHER_EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(seed(11)(given(case=operation.as_strategy(generation_mode=mode))(send)))()


def test_the_examples_are_answered_as_the_document_says(live_server: LiveServer) -> None:
    key = key_of(side(UnitFactory.create(is_distributor=True)))
    statuses: Counter[int] = Counter()
    for operation in OPERATIONS:
        interface = INTERFACES[operation.path.removeprefix("/api/v1/")]
        body = envelope(key, compact(example_param(interface)))
        case = operation.Case(method="POST", media_type="application/json", body=body)
        answer = case.call(base_url=live_server.url)
        case.validate_response(answer, checks=CHECKS)
        statuses[answer.status_code] += 1
    # The example of a result names an upload of nobody.
    assert statuses == {200: len(OPERATIONS) - 1, 404: 1}


def test_an_answer_that_the_document_does_not_tell_is_found(live_server: LiveServer) -> None:
    told = json.loads(document())
    for path in told["paths"].values():
        del path["post"]["responses"]["401"]
    schema = schemathesis.openapi.from_dict(told)
    operation = schema[f"/api/v1/upload/{CODES}"]["POST"]
    body = envelope(key_of(side(UnitFactory.create())), "{}") | {"ak": "0" * 32}
    case = operation.Case(method="POST", media_type="application/json", body=body)
    answer = case.call(base_url=live_server.url)
    assert answer.status_code == 401
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)


def test_every_operation_is_called() -> None:
    assert {operation.path for operation in OPERATIONS} == {
        f"/api/v1/{address}" for address in INTERFACES
    }


def _is_envelope(body: Any) -> bool:
    return isinstance(body, dict) and {"ak", "sign"} <= body.keys()
