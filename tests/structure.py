"""Which part of the product may import which; tests/test_structure.py compares.

A new module of accounts or tracing needs a place here. Each line may import itself and what stands
below it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("portal", "accounts", "tracing")

LAYERS: dict[str, tuple[frozenset[str], ...]] = {
    "tracing": (
        frozenset(
            {
                *("admin", "api", "apps", "benchmarks", "checks", "forms", "log_words"),
                *("management", "urls", "views"),
            }
        ),
        frozenset({"actions", "export_actions", "ownership_actions", "queries"}),
        frozenset({"tasks"}),
        frozenset({"derived", "exports", "ingest", "rates", "rights"}),
        frozenset(
            {
                "chains",
                "facts",
                "finding",
                "membership",
                "selections",
                "tables",
                "timeline",
                "traces",
            }
        ),
        frozenset({"models", "synthetic"}),
        frozenset({"records"}),
    ),
    "accounts": (
        frozenset(
            {
                *("admin", "api", "apps", "backends", "converters", "drafts", "forms", "locks"),
                *(
                    "log_words",
                    "management",
                    "middleware",
                    "page_tabs",
                    "overview",
                    "permissions",
                    "pictures",
                    "proofs",
                    "requests",
                    "second_step",
                    "sessions",
                    "staff",
                    "tiles",
                    "urls",
                    "views",
                    "wrong_unit",
                ),
            }
        ),
        frozenset({"actions", "queries"}),
        frozenset({"tasks"}),
        frozenset(
            {
                "certificates",
                "credit_codes",
                "devices",
                "hands",
                "identity",
                "limits",
                "log",
                "log_chain",
                "moving",
                "notices",
                "origin",
                "documents",
                "papers",
                "passwords",
                "refusals",
                "sms",
                "tries",
            }
        ),
        frozenset({"models"}),
        frozenset(
            {
                "businesses",
                "catalogue",
                "core",
                "id_types",
                "names",
                "operations",
                "roles",
                "scoping",
                "sealed",
                "waiting",
            }
        ),
    ),
}


@dataclass(frozen=True)
class Import:
    """One import of a module of ours."""

    file: str
    line: int
    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.imported}"


def layer(module: str) -> int:
    """Its place from the top; -1 for an app's own package, which holds nothing."""
    app, *rest = module.split(".")
    if not rest:
        return -1
    for place, names in enumerate(LAYERS[app]):
        if rest[0] in names:
            return place
    raise LookupError(f"{module} has no layer: give it one in tests/structure.py")


def allowed(importer: str, imported: str) -> bool:
    """Whether the rule of docs/architecture.md lets one import the other."""
    upper, lower = importer.split(".")[0], imported.split(".")[0]
    if imported.startswith("portal.lib"):
        return True
    if importer.startswith("portal.lib"):
        return False
    if upper == "portal":
        return True
    top = layer(importer) <= 0
    if lower == "portal":
        return top
    if upper == lower:
        return layer(importer) <= layer(imported) or layer(imported) == -1
    if importer.startswith("tracing.records"):
        return False
    # Pages of tracing may use the pages' tools of accounts; what is below may not.
    return upper == "tracing" and (top or layer(imported) > 0)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, also inside functions and for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                # "from tracing import actions" imports a module, "… import Agent" a name.
                inner = ROOT / Path(*node.module.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield node.lineno, f"{node.module}.{alias.name}" if is_module else node.module


def imports_of_ours() -> Iterator[Import]:
    for file in sources(*PRODUCT):
        for line, imported in imported_by(ast.parse(file.read_text())):
            if imported.split(".")[0] in PRODUCT:
                yield Import(str(file.relative_to(ROOT)), line, module_of(file), imported)
