"""People, CI and the hooks of a commit run the same commands: the recipes of the justfile."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.structure import ROOT

PROGRAMS = Path(sys.executable).parent
# What must be done before there is a `just`.
BEFORE = {"system", "tests"}


def just(*arguments: str) -> str:
    """What `just` prints."""
    ended = subprocess.run(
        [PROGRAMS / "just", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@cache
def recipes() -> dict[str, Any]:
    """The public recipes by their names, as `just` reads them."""
    every: dict[str, Any] = json.loads(just("--dump", "--dump-format", "json"))["recipes"]
    return {name: recipe for name, recipe in every.items() if not recipe["private"]}


@cache
def parts_of_lint() -> set[str]:
    """The recipes that `just lint` runs."""
    return {one["recipe"] for one in recipes()["lint"]["dependencies"]}


def steps_of_ci() -> dict[str, str]:
    """The steps of `.ci/run` and the command of each; none where it is a recipe."""
    found = re.findall(r"^(?:step|finish) ([\w-]+) ?(.*)$", (ROOT / ".ci/run").read_text(), re.M)
    return dict(found)


def test_every_recipe_is_listed_with_what_it_does() -> None:
    listed = just("--list").splitlines()[1:]
    assert len(listed) == len(recipes())
    assert [line for line in listed if " # " not in line] == []


def test_the_justfile_is_laid_out() -> None:
    just("--fmt", "--check")


def test_every_step_of_ci_is_a_recipe() -> None:
    steps = steps_of_ci()
    assert {name for name, command in steps.items() if command} == BEFORE
    assert set(steps) - BEFORE - set(recipes()) == set()


def test_what_runs_beside_other_steps_is_finished() -> None:
    run = (ROOT / ".ci/run").read_text()
    started = re.findall(r"^start ([\w-]+)$", run, re.M)
    assert started
    assert started == re.findall(r"^finish ([\w-]+)$", run, re.M)


def test_ci_runs_every_linter() -> None:
    assert parts_of_lint() - set(steps_of_ci()) == set()


def test_a_commit_runs_every_linter_and_fetches_nothing() -> None:
    file = ROOT / ".pre-commit-config.yaml"
    subprocess.run([PROGRAMS / "pre-commit", "validate-config", file], check=True)
    text = file.read_text()
    assert re.findall(r"- repo: (.+)", text) == ["local"]
    assert set(re.findall(r"language: (.+)", text)) == {"system"}
    hooks = re.findall(r"- id: (.+)", text)
    assert set(hooks) == parts_of_lint()
    assert re.findall(r"entry: (.+)", text) == [f".venv/bin/just {hook}" for hook in hooks]


def test_contributing_names_recipes_that_exist() -> None:
    named = set(re.findall(r"\bjust ([a-z][\w-]*)`?", (ROOT / "CONTRIBUTING.md").read_text()))
    assert {"setup", "lint", "records"} <= named
    assert named - set(recipes()) == set()


@pytest.mark.parametrize("name", ["package.json", "package-lock.json", ".npmrc"])
def test_linters_of_scripts_and_styles_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r'"resolved"|registry *=|"registry"', text)


def test_linters_of_scripts_and_styles_are_pinned() -> None:
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in pinned} == pinned
    assert all(one.get("integrity") for path, one in locked.items() if path)
