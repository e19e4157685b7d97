"""Which part of the product may import which; tests/test_structure.py compares.

A file's name begins with its step (`views_sessions.py` is a view), and the step is its layer. A
file without a step's name stands as high as the highest that it imports. So no file needs to be
listed.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("portal", "accounts", "tracing")

# From the bottom; each may import what stands beside or below it.
LAYERS = (
    frozenset({"models"}),
    frozenset({"queries"}),
    frozenset({"tasks"}),
    frozenset({"actions"}),
    frozenset({"forms"}),
    frozenset({"views", "api", "admin", "apps", "urls", "management"}),
)
TOP = len(LAYERS)
# What an app's name may be imported by: those above it, from the bottom. portal.lib stands below.
APPS = ("accounts", "tracing", "portal")


@dataclass(frozen=True)
class Import:
    """One import of a module of ours."""

    file: str
    line: int
    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.imported}"


def step(module: str) -> int | None:
    """The layer that its name says, from 1 at the bottom; None where the name says none."""
    app, *rest = module.split(".")
    if app == "portal":
        return 0 if is_leaf(module) else TOP
    if not rest:
        return 0
    words = {"management"} if "management" in rest else {rest[-1].split("_")[0]}
    return next((place for place, names in enumerate(LAYERS, 1) if words & names), None)


def is_leaf(module: str) -> bool:
    """Whether everything may import it, and it nothing of ours."""
    return module == "portal.lib" or module.startswith("portal.lib.")


def heights(imports: Mapping[str, set[str]]) -> dict[str, int]:
    """How high every module stands; one without a step's name as high as what it imports."""
    found: dict[str, int] = {}

    def height(module: str, above: frozenset[str]) -> int:
        if module not in found:
            said = step(module)
            if said is None:
                below = imports.get(module, set()) - above
                said = max((height(one, above | {module}) for one in below), default=0)
            found[module] = said
        return found[module]

    for module in imports:
        height(module, frozenset())
    return found


def wrong(imports: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Imports that go up: from a step to a higher one, from an app to one above it."""
    high = heights(imports)
    return sorted(
        (importer, imported)
        for importer, below in imports.items()
        for imported in below
        if not _apps_allow(importer, imported) or high.get(imported, 0) > high[importer]
    )


def _apps_allow(importer: str, imported: str) -> bool:
    if is_leaf(imported):
        return True
    if is_leaf(importer):
        return False
    if importer.startswith("tracing.records"):
        return imported.startswith("tracing.records")
    upper, lower = importer.split(".")[0], imported.split(".")[0]
    if lower == "portal" and upper != "portal":
        # What uses the frame around pages is itself a part of them; the rest of portal is above.
        frame = imported == "portal.pages" or imported.startswith("portal.pages.")
        return step(importer) == TOP or (step(importer) is None and frame)
    return APPS.index(upper) >= APPS.index(lower)


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another, in whatever way; empty where none do."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def folders(imports: Mapping[str, set[str]], app: str) -> dict[str, set[str]]:
    """What each folder of an app imports of the others. What the app itself holds stands above its
    folders, and where Django looks for all tables belongs to it.
    """
    found: dict[str, set[str]] = {}
    for importer, below in imports.items():
        inner = _folder(importer, app)
        if inner and importer != f"{app}.models":
            others = {_folder(imported, app) for imported in below}
            found.setdefault(inner, set()).update(filter(None, others - {inner}))
    return found


def _folder(module: str, app: str) -> str:
    """The folder of an app that a module stands in; empty for one that stands in none."""
    folder, _, _ = module.removeprefix(f"{app}.").partition(".")
    is_folder = module.startswith(f"{app}.") and (ROOT / app / folder).is_dir()
    return folder if is_folder else ""


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
                inner = f"{node.module}.{alias.name}"
                yield node.lineno, inner if is_module(inner) else node.module


@cache
def is_module(name: str) -> bool:
    """Whether a file or a folder of ours has this name."""
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


@cache
def imports_of_ours() -> tuple[Import, ...]:
    """Each import of a module of ours by one of ours; to read every file takes seconds."""
    return tuple(
        Import(str(file.relative_to(ROOT)), line, module_of(file), imported)
        for file in sources(*PRODUCT)
        for line, imported in imported_by(ast.parse(file.read_text()))
        if imported.split(".")[0] in PRODUCT
    )


@cache
def graph() -> Mapping[str, set[str]]:
    """What every module of the product imports of the product."""
    found: dict[str, set[str]] = {module_of(file): set() for file in sources(*PRODUCT)}
    for one in imports_of_ours():
        if one.imported != one.importer:
            found[one.importer].add(one.imported)
    return found
