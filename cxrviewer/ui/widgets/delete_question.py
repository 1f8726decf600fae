"""Whether a run is forgotten, and whether its folder goes too; asked in place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.run import Run
from cxrviewer.ui.widgets.runs_table import started
from cxrviewer.ui.widgets.section import text_label


class DeleteQuestion(QFrame):
    """Asks once; hidden until then.

    Signals
    -------
    answered(Run, bool)
        The run is to be forgotten, and whether with its folder.
    """

    answered = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("warn_box")
        self._run: Run | None = None
        self._text = text_label()
        self.folder_button = QPushButton(self.tr("Delete the run and its folder"))
        self.list_button = QPushButton(self.tr("Only take it off the list"))
        self.keep_button = QPushButton(self.tr("Keep it"))
        self.folder_button.clicked.connect(lambda: self._answer(with_folder=True))
        self.list_button.clicked.connect(lambda: self._answer(with_folder=False))
        self.keep_button.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.folder_button, self.list_button, self.keep_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addLayout(row)
        self.hide()

    @property
    def text(self) -> str:
        """The question."""
        return self._text.text()

    def ask(self, run: Run) -> None:
        """Ask about a run."""
        self._run = run
        self._text.setText(
            self.tr(
                "Delete the run of {started} ({recipe})? Its folder {folder} holds its model and "
                "report; a copy taken into use is not touched."
            ).format(started=started(run), recipe=run.plan.recipe, folder=run.out)
        )
        self.show()
        self.keep_button.setFocus()

    def _answer(self, *, with_folder: bool) -> None:
        self.hide()
        if self._run is not None:
            self.answered.emit(self._run, with_folder)
