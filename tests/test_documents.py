"""What the documents say is what stands beside them."""

import re
import runpy

import pytest

from tests.house_rules import ROOT

_BENCHMARKS = ROOT / "docs" / "benchmarks"
_TABLE = runpy.run_path(str(_BENCHMARKS / "table.py"))


def test_the_page_of_benchmarks_is_made_from_their_results() -> None:
    assert _TABLE["PAGE"].read_text(encoding="utf-8") == _TABLE["page"]()


def test_the_page_of_trainings_is_made_from_their_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(_BENCHMARKS))
    made = runpy.run_path(str(_BENCHMARKS / "training_page.py"))
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"]()


def test_every_benchmark_has_its_row() -> None:
    scripts = {path.stem for path in _BENCHMARKS.glob("*.py")}
    page = _TABLE["PAGE"].read_text(encoding="utf-8")
    trainings = (_BENCHMARKS / "training.md").read_text(encoding="utf-8")
    rows = {*re.findall(r"`(\w+)\.py` \|", page), *re.findall(r"`(\w+)\.py`", trainings)}
    assert rows == scripts - {"measuring", "table"}


def test_documents_link_only_to_what_is_there() -> None:
    documents = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/*/*.md")]
    broken = [
        (document.name, target)
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_names_only_make_targets_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), flags=re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z -]+?)(?:`| +#)", _text("README.md"), flags=re.MULTILINE)
    assert {"app", "test"} <= set(" ".join(named).split()) <= targets


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
