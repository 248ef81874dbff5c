"""A pytest plugin: the cases beside a rulebook (`cases/*.yaml` next to `rulebook.yaml`) are tests like any other.

It is found by pytest once hegui is installed; what a failed case says is what `hegui test` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evaluate import Evaluator
from engine.load import load_rulebook
from facts.examples import Example
from facts.problem import Language, Problem, has_errors
from hegui.workbench.running import Outcome, run, usable_examples
from hegui.workbench.telling import failure_lines

_EVALUATORS = pytest.StashKey[dict[Path, Evaluator]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`hegui_lang` in pytest's settings: the language failures are told in."""
    parser.addini("hegui_lang", "language of failed rulebook cases: zh or en", default="zh")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """A case file, if it is one."""
    beside = file_path.parent.parent / "rulebook.yaml"
    if file_path.suffix == ".yaml" and file_path.parent.name == "cases" and beside.is_file():
        return CaseFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Free what the engine holds."""
    for evaluator in config.stash.get(_EVALUATORS, {}).values():
        evaluator.close()


class CaseFile(pytest.File):
    """One file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """Its cases."""
        evaluator = self._evaluator(self.path.parent.parent)
        examples, problems = usable_examples(self.path, evaluator.rulebook)
        self._refuse(problems)
        for example in examples:
            yield CaseItem.from_parent(self, name=example.name, example=example, evaluator=evaluator)

    def _evaluator(self, folder: Path) -> Evaluator:
        known = self.config.stash.setdefault(_EVALUATORS, {})
        if folder not in known:
            rulebook, problems = load_rulebook(folder)
            self._refuse(problems)
            assert rulebook is not None
            known[folder] = Evaluator(rulebook)
        return known[folder]

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        if has_errors(problems):
            raise self.CollectError("\n".join(problem.show(_language(self.config)) for problem in problems))


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, example: Example, evaluator: Evaluator, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]  # name and parent, from from_parent
        self.example, self.evaluator = example, evaluator

    def runtest(self) -> None:
        """Assess it and hold it against what it expects."""
        outcome = run(self.evaluator, self.example)
        if outcome.skipped:
            pytest.skip("没写 expect / no expect")
        if outcome.failures:
            raise CaseFailedError(outcome)

    def repr_failure(  # type: ignore[override]  # a text is among what may be given
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str | object:
        """What does not hold, or how we failed."""
        if isinstance(excinfo.value, CaseFailedError):
            language = _language(self.config)
            return "\n".join(line for one in excinfo.value.outcome.failures for line in failure_lines(one, language))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, max(0, self.example.at.line - 1), self.example.full_name


class CaseFailedError(Exception):
    """A case did not come out as it says."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.example.full_name)
        self.outcome = outcome


def _language(config: pytest.Config) -> Language:
    return "en" if config.getini("hegui_lang") == "en" else "zh"
