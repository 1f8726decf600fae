"""Two runs over each other: their curves, and the paired test on the same held-out films."""

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.paired import Comparison
from cxrviewer.core.progress import Progress
from cxrviewer.core.run import Run
from cxrviewer.ui.widgets.closing_dialog import ClosingDialog
from cxrviewer.ui.widgets.curves_view import ACCURACY, LOSS, Measure, lines_of
from cxrviewer.ui.widgets.line_key import LineKey
from cxrviewer.ui.widgets.plot import Plot
from cxrviewer.ui.widgets.plot_items import Line
from cxrviewer.ui.widgets.runs_table import started
from cxrviewer.ui.widgets.section import text_label

_WIDTH, _HEIGHT = 880, 480
_LOOKS = (
    Line(name="A", x=(), y=(), symbol="s"),
    Line(name="B", x=(), y=(), colour="muted", dashed=True, symbol="o"),
)

# Sentences are written for a decision between a new model and the one in use.
_OF_RUNS = {
    "the one in use": "that of run B",
    "he model in use": "he model of run B",
    "he new model": "he model of run A",
}


class CompareDialog(ClosingDialog):
    """Compares two runs; the first is taken for the new one."""

    def __init__(
        self,
        runs: tuple[Run, Run],
        curves: tuple[Progress, Progress],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compare_dialog")
        self.setWindowTitle(self.tr("Two runs"))
        self.resize(_WIDTH, _HEIGHT)
        self.plots = tuple(
            Plot(measure.title, x=self.tr("epoch"), y=f"validation {measure.axis}")
            for measure in (LOSS, ACCURACY)
        )
        self._verdict = text_label()
        self._verdict.setText(self.tr("Both models are being shown the test films of run A."))
        for plot, measure in zip(self.plots, (LOSS, ACCURACY), strict=True):
            plot.draw(_lines(measure, curves))
        self._build(runs)

    @property
    def text(self) -> str:
        """What is said of the paired test."""
        return self._verdict.text()

    def show_comparison(self, comparison: Comparison) -> None:
        """Show what the paired test said."""
        said = comparison.sentence
        for words, of_runs in _OF_RUNS.items():
            said = said.replace(words, of_runs)
        self._verdict.setText(said)

    def show_failure(self, sentence: str) -> None:
        """Say why the paired test could not be made."""
        self._verdict.setText(sentence)

    def _build(self, runs: tuple[Run, Run]) -> None:
        names = tuple(
            f"{letter}: {started(run)}, {run.plan.recipe}, {run.plan.settings.backbone}"
            for letter, run in zip("AB", runs, strict=True)
        )
        key = LineKey(
            tuple(replace(look, name=name) for look, name in zip(_LOOKS, names, strict=True))
        )
        beside = QWidget()
        pair = QHBoxLayout(beside)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(12)
        for plot in self.plots:
            pair.addWidget(plot, 1)
        self.fill(key, beside, self._verdict, growing=beside, foot=NOTICE)


def _lines(measure: Measure, curves: tuple[Progress, Progress]) -> list[Line]:
    """Return both runs' validation lines, each with its own look, B below A."""
    lines = [
        replace(look, x=line.x, y=line.y)
        for look, progress in zip(_LOOKS, curves, strict=True)
        for line in lines_of(progress.epochs, measure)[-1:]
    ]
    return lines[::-1]
