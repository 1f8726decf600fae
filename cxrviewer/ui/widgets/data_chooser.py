"""Where the films are: chosen by button or drop, and how far the scan of them is."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.progress import BatchDone
from cxrviewer.ui import theme
from cxrviewer.ui.training_state import IDLE, Stage

_LONGEST = 40


class DataChooser(QFrame):
    """Lets the user choose a folder or a CSV, and shows the scan.

    Signals
    -------
    data_chosen(Path)
    cancel_wanted
    """

    data_chosen = Signal(object)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_chooser")
        self._data: Path | None = None
        self._heading = QLabel(self.tr("DATA"))
        self._heading.setObjectName("heading")
        self._name = QLabel()
        self._about = QLabel()
        self._about.setObjectName("muted")
        self._about.setWordWrap(True)
        self.folder = QPushButton(self.tr("Choose a folder"))
        self.table = QPushButton(self.tr("Choose a CSV"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the scan"))
        self._step = QLabel()
        self._step.setObjectName("muted")
        self._step.setFont(theme.tabular(self.font(), pixels=12))
        self._build()

    @property
    def data(self) -> Path | None:
        """The folder or CSV that was chosen."""
        return self._data

    @property
    def root(self) -> Path:
        """Folder that the films' names are relative to."""
        data = self._data or Path()
        return data if data.is_dir() else data.parent

    def show_data(self, data: Path) -> None:
        """Show a folder or CSV as chosen."""
        self._data = data
        name = data.name or str(data)
        self._name.setText(name if len(name) <= _LONGEST else f"{name[:20]}…{name[-18:]}")
        self._name.setToolTip(str(data))
        self._bar.setRange(0, 0)
        self._step.setText(self.tr("Starting"))

    def show_stage(self, stage: Stage) -> None:
        """Offer what the stage allows."""
        scanning = stage is Stage.SCANNING
        empty = stage is Stage.EMPTY
        self._name.setVisible(not empty)
        self._about.setVisible(empty)
        for control in (self._bar, self._step, self.cancel):
            control.setVisible(scanning)
        for button in (self.folder, self.table):
            button.setVisible(not scanning)
            button.setEnabled(empty or stage is Stage.PROBLEM or stage in IDLE)
        self.folder.setObjectName("primary" if empty else "")
        self.folder.style().polish(self.folder)

    def show_scanned(self, event: BatchDone) -> None:
        """Show how far the scan is."""
        self._bar.setRange(0, event.total)
        self._bar.setValue(event.done)
        films = f"{event.done:,} / {event.total:,}" if event.total else f"{event.done:,}"
        text = self.tr("{stage}: {films} films").format(stage=event.stage, films=films)
        if event.rate:
            text += self.tr("  ·  {rate:,.0f} a second").format(rate=event.rate)
        self._step.setText(text)

    def _build(self) -> None:
        self._about.setText(
            self.tr(
                "Drop a folder here with one folder a class, or a CSV with the columns image, "
                "findings and patient_id. DICOM, PNG, JPEG or TIFF, mixed as you like."
            )
        )
        self.folder.clicked.connect(self._ask_for_folder)
        self.table.clicked.connect(self._ask_for_table)
        self.cancel.clicked.connect(self.cancel_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.folder)
        buttons.addWidget(self.table)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._heading, self._name, self._about, self._bar, self._step):
            column.addWidget(widget)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("A folder with one folder a class"), self._last()
        )
        if name:
            self.data_chosen.emit(Path(name))

    def _ask_for_table(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("A table of films"), self._last(), self.tr("Tables (*.csv)")
        )
        if name:
            self.data_chosen.emit(Path(name))

    def _last(self) -> str:
        return str(self._data.parent if self._data else Path.home())
