"""What holds for every page: nothing from another host, nothing inline, errors that say what to do,
colours one can read."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))

FOREIGN = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]""", re.I)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.I)
STATIC = re.compile(r"\{% static ['\"]([^'\"]+)['\"] %\}")
ERROR_PAGES = {
    "400.html": "返回上一页",
    "403.html": "权限",
    "403_csrf.html": "重新登录",
    "404.html": "检查地址",
    "500.html": "稍后再试",
}


def test_the_folders_are_found() -> None:
    assert len(TEMPLATES) > 20
    assert len(STYLES) > 4
    assert len(SCRIPTS) > 2


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_django_reads_a_template(path: Path) -> None:
    """Also one that no test shows has tags and filters that exist, and ends what it begins."""
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_nothing_comes_from_another_host(path: Path) -> None:
    assert not FOREIGN.findall(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    assert not INLINE.findall(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_static_file_a_template_names_is_there(path: Path) -> None:
    missing = [name for name in STATIC.findall(path.read_text()) if finders.find(name) is None]
    assert not missing


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_script_of_ours_is_a_module(path: Path) -> None:
    """Else its functions were everybody's, and the last script with a name would take it."""
    ours = [tag for tag in re.findall(r"<script[^>]*>", path.read_text()) if "{% static" in tag]
    assert [tag for tag in ours if 'type="module"' not in tag] == []


@pytest.mark.parametrize(("name", "advice"), ERROR_PAGES.items())
def test_an_error_page_needs_no_context_and_says_what_to_do(name: str, advice: str) -> None:
    page = render_to_string(name)
    assert advice in page
    assert 'href="/"' in page
    assert '<html lang="zh-Hans">' in page
    assert 'href="#main"' in page


def _tokens() -> dict[str, str]:
    found = re.findall(
        r"--([a-z0-9-]+):\s*([^;]+);", (ROOT / "static/portal/pages/tokens.css").read_text()
    )
    values = dict(found)
    for name, value in values.items():
        if match := re.fullmatch(r"var\(--([a-z0-9-]+)\)", value):
            values[name] = values[match[1]]
    return values


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink-soft", "paper"),
    ("ink-soft", "ground"),
    ("ink-soft", "grey-ground"),
    ("ink-faint", "paper"),
    ("paper", "primary"),
    ("paper", "primary-strong"),
    ("primary", "paper"),
    ("primary", "blue-50"),
    ("primary-strong", "blue-100"),
    ("green", "green-ground"),
    ("amber", "amber-ground"),
    ("red", "red-ground"),
    ("red", "paper"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", ["line-control", "primary", "focus"])
def test_borders_of_controls_and_the_focus_can_be_seen(name: str) -> None:
    tokens = _tokens()
    assert _contrast(tokens[name], tokens["paper"]) >= 3


def test_every_colour_variable_that_a_style_uses_is_declared() -> None:
    declared = set(_tokens())
    used = {
        name for path in STYLES for name in re.findall(r"var\(--([a-z0-9-]+)", path.read_text())
    }
    assert used <= declared
