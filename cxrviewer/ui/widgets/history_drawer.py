"""The runs so far, and what can be done with one or two of them."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core import run as runs
from cxrviewer.core.progress import Progress
from cxrviewer.core.run import Run
from cxrviewer.core.settings import Settings
from cxrviewer.ui.widgets.compare_dialog import CompareDialog
from cxrviewer.ui.widgets.delete_question import DeleteQuestion
from cxrviewer.ui.widgets.runs_table import RunsTable
from cxrviewer.ui.widgets.section import text_label
from cxrviewer.ui.workers.comparison_worker import ComparisonRequest, ComparisonWorker
from cxrviewer.ui.workers.history_worker import HistoryWorker
from cxrviewer.ui.workers.lane import Lane


class HistoryDrawer(QFrame):
    """Lists runs; the database and the files are read off the window's thread.

    Signals
    -------
    run_chosen(Path)
        The report of the run in this folder is to be shown.
    reproduce_wanted(TrainingPlan), resume_wanted(TrainingPlan)
    back_wanted
        The model in use before is wanted back.
    """

    run_chosen = Signal(object)
    reproduce_wanted = Signal(object)
    resume_wanted = Signal(object)
    back_wanted = Signal()

    _list = Signal()
    _delete = Signal(object, bool)
    _curves = Signal(object, object)
    _export = Signal(object, object)
    _compare = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_drawer")
        self._number = 0
        self._worker = HistoryWorker()
        self._comparisons = ComparisonWorker(threads=settings.threads)
        self._lane = Lane(self._worker, name="history", parent=self)
        self._comparison_lane = Lane(self._comparisons, name="runs compared", parent=self)
        self.table = RunsTable()
        self.question = DeleteQuestion()
        self.dialog: CompareDialog | None = None
        self._empty = QLabel(self.tr("Reading the history"))
        self._told = text_label()
        self._told.setObjectName("muted")
        self.buttons = {
            name: QPushButton(text)
            for name, text in (
                ("open", self.tr("Open")),
                ("compare", self.tr("Compare two")),
                ("reproduce", self.tr("Reproduce")),
                ("resume", self.tr("Go on")),
                ("export", self.tr("Export…")),
                ("delete", self.tr("Delete…")),
                ("back", self.tr("Bring the old model back")),
            )
        }
        self._build()
        self._connect()
        self.set_model_before(settings.models_before[-1] if settings.models_before else "")
        self._allow()

    @property
    def empty_text(self) -> str:
        """What stands in the list's place while it is empty."""
        return self._empty.text()

    @property
    def told(self) -> str:
        """The sentence below the list."""
        return self._told.text()

    def refresh(self) -> None:
        """Read the history anew."""
        self._lane.start()
        self._list.emit()

    def set_model_before(self, model: str) -> None:
        """Take the model that can be brought back, empty for none."""
        self.buttons["back"].setEnabled(bool(model))
        self.buttons["back"].setToolTip(model)

    def shut_down(self) -> bool:
        """End threads and children; False if one did not end in time."""
        ended = all([self._lane.stop(), self._comparison_lane.stop()])
        if ended:
            self._comparisons.close()
        return ended

    def showEvent(self, event: QShowEvent) -> None:
        """Read the history whenever the drawer opens."""
        super().showEvent(event)
        self.refresh()

    def _build(self) -> None:
        heading = QLabel(self.tr("HISTORY"))
        heading.setObjectName("heading")
        self._empty.setObjectName("empty_title")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (self._empty, self.table):
            self._stack.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, button in self.buttons.items():
            if name == "back":
                row.addStretch(1)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._stack, 1)
        column.addWidget(self.question)
        column.addWidget(self._told)
        column.addLayout(row)

    def _connect(self) -> None:
        worker = self._worker
        self._list.connect(worker.list)
        self._delete.connect(worker.delete)
        self._curves.connect(worker.read_curves)
        self._export.connect(worker.export)
        self._compare.connect(self._comparisons.compare)
        worker.listed.connect(self._take_runs)
        worker.curves_read.connect(self._take_curves)
        worker.exported.connect(self._tell_exported)
        worker.failed.connect(self._told.setText)
        self._comparisons.compared.connect(self._take_comparison)
        self._comparisons.failed.connect(self._take_no_comparison)
        self.table.choice_changed.connect(self._allow)
        self.table.opened.connect(self._open)
        self.question.answered.connect(self._delete_chosen)
        for name, slot in (
            ("open", lambda: self._open(self.table.chosen[0])),
            ("compare", self._ask_for_curves),
            ("reproduce", self._reproduce),
            ("resume", self._resume),
            ("export", self._ask_for_export),
            ("delete", lambda: self.question.ask(self.table.chosen[0])),
            ("back", self.back_wanted.emit),
        ):
            self.buttons[name].clicked.connect(lambda _=False, slot=slot: slot())

    def _allow(self) -> None:
        chosen = self.table.chosen
        one = chosen[0] if len(chosen) == 1 else None
        done = [run.status == runs.DONE for run in chosen]
        allowed = {
            "open": one is not None and done[0],
            "compare": len(chosen) == 2 and all(done),
            "reproduce": one is not None,
            "resume": one is not None and one.resumable,
            "export": one is not None and done[0],
            "delete": one is not None and one.status != runs.RUNNING,
        }
        for name, may in allowed.items():
            self.buttons[name].setEnabled(may)
        self.question.hide()

    def _open(self, run: Run) -> None:
        if run.status == runs.DONE:
            self.run_chosen.emit(run.out)

    def _reproduce(self) -> None:
        self.reproduce_wanted.emit(runs.reproduce(self.table.chosen[0]))

    def _resume(self) -> None:
        self.resume_wanted.emit(runs.resume(self.table.chosen[0]))

    def _ask_for_export(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Export the report to a folder"))
        if name:
            self._export.emit(self.table.chosen[0], Path(name))

    def _ask_for_curves(self) -> None:
        self._told.setText("")
        self._curves.emit(*self.table.chosen)

    def _delete_chosen(self, run: Run, with_folder: bool) -> None:
        self._told.setText("")
        self._delete.emit(run, with_folder)

    def _take_runs(self, found: tuple[Run, ...], note: str) -> None:
        self.table.show_runs(found)
        self._empty.setText(self.tr("Runs stand here once one was started"))
        self._stack.setCurrentWidget(self.table if found else self._empty)
        if note:
            self._told.setText(note)

    def _take_curves(self, first: Run, curve: Progress, second: Run, other: Progress) -> None:
        self.dialog = CompareDialog((first, second), (curve, other), self.window())
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()
        self._number += 1
        self._comparisons.expect(self._number)
        self._comparison_lane.start()
        bundle = second.out / "bundle"
        self._compare.emit(ComparisonRequest(number=self._number, run=first.out, model=str(bundle)))

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _take_comparison(self, request: ComparisonRequest, comparison: object) -> None:
        if request.number == self._number and self.dialog is not None:
            self.dialog.show_comparison(comparison)  # type: ignore[arg-type]

    def _take_no_comparison(self, request: ComparisonRequest, sentence: str) -> None:
        if request.number == self._number and self.dialog is not None:
            self.dialog.show_failure(sentence)

    def _tell_exported(self, target: Path) -> None:
        self._told.setText(self.tr("Exported to {folder}.").format(folder=target))
