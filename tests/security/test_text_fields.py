"""Every field into which text can be sent has a limit, those of the packages that we use too; the
server holds it, because a browser would hold it by cutting off the rest without a word."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.test import RequestFactory
from import_export.admin import ImportExportMixin

from accounts.keys.forms_debugging import MESSAGE_LENGTH
from tests.structure import PRODUCT, ROOT, module_of, sources
from tracing.stores.forms_ownership import MAX_BYTES, OwnershipForm

TEXT_FIELDS = frozenset(
    {
        *("CharField", "RegexField", "EmailField", "URLField", "SlugField", "JSONField"),
        *("GenericIPAddressField", "ComboField", "UUIDField"),
    }
)
# One line or a few; a list of codes is the one text that is longer.
LONGEST_TEXT = 5_000


def every_form(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        yield form
        yield from every_form(form)


def forms_of_ours() -> list[type[forms.BaseForm]]:
    """The classes of forms in every module of the product, and those of packages in the admin."""
    for file in sources(*PRODUCT):
        if not {"management", "benchmarks", "demo"} & set(file.parts):
            importlib.import_module(module_of(file))
    found = {
        form for form in every_form(forms.BaseForm) if form.__module__.split(".")[0] in PRODUCT
    }
    request = RequestFactory().get("/")
    for model_admin in admin.site._registry.values():
        found.add(model_admin.get_changelist(request).search_form_class)
        if isinstance(model_admin, ImportExportMixin):
            found |= {
                model_admin.import_form_class,
                model_admin.confirm_form_class,
                model_admin.export_form_class,
            }
    return sorted(found, key=lambda form: (form.__module__, form.__qualname__))


def text_fields() -> dict[str, forms.CharField]:
    fields = {}
    for form in forms_of_ours():
        declared = dict(getattr(form, "base_fields", {}))
        if form.__name__ == "SearchForm" and form.__module__ == "accounts.staff.admin_base":
            declared |= form().fields
        for name, field in declared.items():
            if isinstance(field, forms.CharField):
                fields[f"{form.__module__}.{form.__qualname__}.{name}"] = field
    return fields


def test_the_walk_finds_them() -> None:
    names = {name.rpartition(".")[2] for name in text_fields()}
    assert len(text_fields()) > 60
    assert names > {"captcha_0", "captcha_1", "q", "tab", "holder", "page", "sms_code", "username"}
    assert names > {"import_file_name", "password", "again", "reason", "codes", "mobile", "code"}


@pytest.mark.parametrize("name", text_fields())
def test_a_text_field_has_a_limit(name: str) -> None:
    field = text_fields()[name]
    assert field.max_length is not None
    most = MAX_BYTES if name.endswith("OwnershipForm.codes") else LONGEST_TEXT
    if ".DebugForm." in name:
        # What a program has sent, rows and all.
        most = MESSAGE_LENGTH
    assert field.max_length <= most
    with pytest.raises(forms.ValidationError) as caught:
        field.run_validators("x" * (field.max_length + 1))
    words = " ".join(caught.value.messages)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words), words


@pytest.mark.parametrize("name", text_fields())
def test_the_browser_cuts_nothing_off_what_is_pasted(name: str) -> None:
    form = type("Form", (forms.Form,), {"field": text_fields()[name]})()
    assert "maxlength" not in str(form["field"]).lower()


def test_no_form_is_written_by_another_renderer() -> None:
    assert [form for form in forms_of_ours() if getattr(form, "default_renderer", None)] == []


def test_templates_that_write_a_field_themselves_cut_only_short_codes() -> None:
    limited = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for tag in re.findall(r"<(?:input|textarea)\b[^>]*\bmaxlength\b[^>]*>", path.read_text())
        for name in re.findall(r'name="([^"]+)"', tag)
    }
    assert limited == {"captcha_1", "sms_code"}


def calls_without_a_limit(tree: ast.AST) -> Iterator[int]:
    """The lines that make a field of Django's own without saying how much it takes."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_django = ast.unparse(node.func.value) == "forms" and node.func.attr in TEXT_FIELDS
        if of_django and "max_length" not in {keyword.arg for keyword in node.keywords}:
            yield node.lineno


def test_a_field_without_a_limit_is_found() -> None:
    assert list(calls_without_a_limit(ast.parse("a = forms.CharField(label='x')"))) == [1]
    assert not list(calls_without_a_limit(ast.parse("a = forms.CharField(max_length=3)")))


def test_fields_that_are_made_later_have_one_too() -> None:
    found = {
        str(file.relative_to(ROOT)): lines
        for file in sources(*PRODUCT)
        if (lines := list(calls_without_a_limit(ast.parse(file.read_text()))))
    }
    assert found == {}


def test_the_longest_form_fits_into_what_a_request_may_bring() -> None:
    longest = OwnershipForm.base_fields["codes"].max_length  # type: ignore[attr-defined]
    assert longest is not None
    assert longest + 16 * LONGEST_TEXT < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
