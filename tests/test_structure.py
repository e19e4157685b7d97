"""The shape of the product: what imports what, and that documents and declarations agree."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.celery import QUEUES, ROUTES, SCHEDULE, app
from tests.structure import (
    PRODUCT,
    ROOT,
    circle,
    folders,
    graph,
    imported_by,
    imports_of_ours,
    is_module,
    sources,
    wrong,
)
from tracing.records import RECORDS


def test_imports_go_one_way() -> None:
    up = set(wrong(graph()))
    assert [str(one) for one in imports_of_ours() if (one.importer, one.imported) in up] == []


def test_no_modules_import_one_another() -> None:
    assert circle(graph()) == []


def test_no_folders_of_the_tracing_app_import_one_another() -> None:
    """A domain can be read with those below it alone."""
    assert circle(folders(graph(), "tracing")) == []


def test_folders_that_import_one_another_are_found() -> None:
    ring = {
        "tracing.uploads.views": {"tracing.undo.words", "tracing.checks"},
        "tracing.undo.words": {"tracing.uploads.models"},
        "tracing.checks": {"tracing.undo.words"},
        "tracing.models": {"tracing.undo.words"},
    }
    assert set(circle(folders(ring, "tracing"))) == {"uploads", "undo"}


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("tracing.traces.queries", "tracing.traces.views"),
        ("tracing.uploads.queries_batches", "tracing.uploads.actions"),
        ("tracing.stores.models_codes", "tracing.traces.queries"),
        ("tracing.records.base", "tracing.stores.models"),
        ("tracing.records.base", "accounts.core.names"),
        ("tracing.uploads.actions", "accounts.units.views"),
        ("tracing.uploads.actions", "accounts.units.forms"),
        ("tracing.tasks", "portal.celery"),
        ("tracing.tasks", "portal.pages.shell"),
        ("tracing.jobs.turns", "portal.settings"),
        ("accounts.units.overview", "portal.pagesize"),
        ("accounts.core.models", "accounts.core.queries"),
        ("accounts.units.views", "tracing.stores.models"),
        ("portal.lib.text", "portal.env"),
    ],
)
def test_the_rule_refuses(importer: str, imported: str) -> None:
    assert wrong({importer: {imported}, imported: set()}) == [(importer, imported)]


def test_a_part_of_a_page_uses_the_frame() -> None:
    assert wrong({"accounts.units.tabs": {"portal.pages.shell"}, "portal.pages.shell": set()}) == []


def test_a_file_without_a_step_stands_as_high_as_what_it_imports() -> None:
    imports = {
        "accounts.core.models": {"accounts.core.helper"},
        "accounts.core.helper": {"accounts.core.queries"},
        "accounts.core.queries": set[str](),
    }
    assert wrong(imports) == [("accounts.core.models", "accounts.core.helper")]


def test_a_circle_is_found_however_long() -> None:
    ring = {
        "accounts.a": {"accounts.b"},
        "accounts.b": {"accounts.c"},
        "accounts.c": {"accounts.a"},
    }
    assert set(circle(ring)) == set(ring)


def test_files_are_of_a_size_that_one_reads_at_once() -> None:
    """At most 300 lines; under 15 only what declares or registers, and works nothing out."""
    for file in sources(*PRODUCT):
        text = file.read_text()
        lines = text.count("\n")
        assert lines <= 300, f"{file} has {lines} lines: part it"
        if lines >= 15:
            continue
        works = any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(text)))
        assert not works, f"{file} has {lines} lines: join it with its reader"


def test_records_and_leaf_helpers_name_no_framework() -> None:
    frameworks = {"django", "celery", "rest_framework", "redis", "psycopg"}
    for file in sources("tracing/records", "portal/lib"):
        used = {name.split(".")[0] for _, name in imported_by(ast.parse(file.read_text()))}
        assert not used & frameworks, file


def test_records_load_without_django() -> None:
    program = (
        "import importlib, pkgutil, sys, portal.lib, tracing.records\n"
        "for package in (portal.lib, tracing.records):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(found.name)\n"
        "print('django' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stdout == "False\n", ended.stderr


def test_every_task_has_a_queue_and_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.split(".")[0] in PRODUCT}
    assert set(ROUTES) <= ours
    assert {entry["task"] for entry in SCHEDULE.values()} <= ours
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert set(queues.values()) == set(QUEUES)


def test_a_message_reaches_one_queue() -> None:
    """Queues that share an exchange and a key would each get a copy of every message."""
    addresses = {(queue.exchange.name, queue.routing_key) for queue in app.amqp.queues.values()}
    assert len(addresses) == len(QUEUES)


def block_after(heading: str) -> str:
    """The first command block of a chapter of README.md."""
    chapter = (ROOT / "README.md").read_text().split(f"## {heading}\n")[1]
    found = re.search(r"```sh\n(.*?)\n```", chapter, re.DOTALL)
    assert found
    return found[1]


def test_ci_runs_the_readmes_test_command() -> None:
    body = re.search(r"^run_tests\(\) \{\n(.*?)\n\}", (ROOT / ".ci/run").read_text(), re.M | re.S)
    assert body
    assert body[1].strip() == block_after("Run the tests")


def test_the_readmes_commands_are_one_line_each() -> None:
    for heading in ("Try it", "Run the tests"):
        assert "\n" not in block_after(heading)


def test_packages_are_pinned_and_explained() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[\w\[\].-]+==[\w.]+ +# \S.*", line), line


def test_every_name_in_the_glossary_exists() -> None:
    """What the glossary puts in backticks, but for the last column, stands in the source, or is
    the code of a record, which is put together from its family's.
    """
    files = [*sources(*PRODUCT), *(ROOT / "templates").rglob("*.html")]
    source = "\n".join(file.read_text() for file in files)
    known = set(re.findall(r"[\w-]+", source)) | RECORDS.keys()
    rows = re.findall(r"^\|[^|]*\|([^|]*)\|", (ROOT / "docs/glossary.md").read_text(), re.M)
    names = {name.split(".")[-1] for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert names
    assert names - known == set()


def test_every_command_with_json_has_a_schema() -> None:
    commands = {
        file.stem
        for file in sources(*PRODUCT)
        if file.parent.name == "commands" and "ReportingCommand" in file.read_text()
    }
    described = {file.stem for file in (ROOT / "docs/schemas").glob("*.json")}
    assert commands - described == set()


def test_every_setting_of_the_environment_is_documented() -> None:
    files = [*sources(*PRODUCT), ROOT / "gunicorn.conf.py"]
    asking = [text for file in files if "env_" in (text := file.read_text())]
    calls = [node for text in asking for node in ast.walk(ast.parse(text))]
    read = {
        node.args[0].value
        for node in calls
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id.startswith("env_")
        and isinstance(node.args[0], ast.Constant)
    }
    documented = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", (ROOT / "docs/architecture.md").read_text()))
    assert read
    assert read - documented == set()
    assert documented - read == set()


# What people read of the tree as it is; CHANGELOG.md tells of how it was.
PAGES = sorted(page.relative_to(ROOT) for page in (ROOT / "docs").rglob("*.md"))
DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(str(page) for page in PAGES)]
# What is made where the product runs, and addresses of networks.
ELSEWHERE = re.compile(r"(PORTAL_DATA|var|\.venv)/|/|[\d.]+/\d+$")


def pattern_of(path: str) -> str:
    """What `glob` looks for: a placeholder in angle brackets stands for any name."""
    return re.sub(r"<\w+>", "*", path)


def missing_paths(text: str) -> list[str]:
    """The paths in backticks that do not exist; a name alone may stand in any folder."""
    named = re.findall(
        r"`((?:[\w<>.-]+/[\w<>./-]*|[\w<>.-]+\.(?:md|py|toml|ya?ml|json)))(?:`|:)", text
    )
    paths = sorted({path for path in named if not ELSEWHERE.match(path)})
    return [path for path in paths if not exists(path)]


def exists(path: str) -> bool:
    pattern = pattern_of(path).rstrip("/")
    return any(ROOT.glob(pattern)) or ("/" not in path and any(inside(pattern)))


def inside(pattern: str) -> Iterator[Path]:
    """What stands in one of the folders of the product or its tests."""
    for folder in (*PRODUCT, "tests", "docs"):
        yield from (ROOT / folder).rglob(pattern)


def missing_modules(text: str) -> list[str]:
    """The dotted names in backticks, up to a class, that are no module and no name in one."""
    named = re.findall(rf"`((?:{'|'.join(PRODUCT)})(?:\.[a-z]\w*)+)", text)
    return [name for name in sorted(set(named)) if not is_module(name) and not is_in_module(name)]


def is_in_module(name: str) -> bool:
    module, _, inner = name.rpartition(".")
    file = (ROOT / Path(*module.split("."))).with_suffix(".py")
    return file.is_file() and bool(re.search(rf"\b{inner}\b", file.read_text()))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    assert missing_paths(text) + missing_modules(text) == []


def test_a_path_that_does_not_exist_is_noticed() -> None:
    text = "`manage.py`, `docs/adr/<number>-a-dialog-is-a-page.md`, `nowhere.py`, `tests/<x>.css`"
    assert missing_paths(text) == ["nowhere.py", "tests/<x>.css"]


def test_a_module_that_does_not_exist_is_noticed() -> None:
    text = "`portal.lib.clock`, `portal.lib.clock.local_today`, `portal.lib.watch`, `accounts.Unit`"
    assert missing_modules(text) == ["portal.lib.watch"]
