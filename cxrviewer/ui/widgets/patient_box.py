"""How the patients were told apart, and by what else they could be."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.core.audit import Audit, PatientGroups
from cxrviewer.core.plan import PATIENTS_FROM
from cxrviewer.ui.widgets.choice_box import ChoiceBox

_WORDS = {
    "auto": "whatever tells it",
    "column": "column patient_id of the CSV",
    "header": "DICOM header",
    "name": "file name",
    "folder": "sub-folder",
    "film": "each film a patient",
}


class PatientBox(QWidget):
    """Shows whose films they are, and lets the user say where to read it from.

    Signals
    -------
    chosen(str)
        One of `PATIENTS_FROM`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = ChoiceBox(self.tr("Patients from"))
        for source in PATIENTS_FROM:
            self._box.addItem(self.tr(_WORDS[source]), source)
        self._box.activated.connect(lambda _: self.chosen.emit(self.source))
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._examples = QLabel()
        self._examples.setObjectName("muted")
        self._examples.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        name = QLabel(self.tr("from"))
        name.setObjectName("muted")
        row.addWidget(name)
        row.addWidget(self._box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._told)
        column.addWidget(self._examples)

    @property
    def source(self) -> str:
        """Where it is read from whose a film is."""
        return str(self._box.currentData())

    @property
    def text(self) -> str:
        """What is said of the patients."""
        return self._told.text()

    def choose(self, source: str) -> None:
        """Show a source as chosen."""
        self._box.setCurrentIndex(PATIENTS_FROM.index(source))

    def set_changeable(self, changeable: bool) -> None:
        """Allow another way of telling patients apart."""
        self._box.setEnabled(changeable)

    def show_audit(self, audit: Audit) -> None:
        """Show the patients of an audit."""
        lines = [
            self.tr("{patients:,} patients, {films:,} films").format(
                patients=audit.patients, films=audit.films
            )
        ]
        lines += [self._sentence(groups) for groups in audit.grouping]
        self._told.setText("\n".join(lines))
        examples = [example for groups in audit.grouping for example in groups.examples][:4]
        self._examples.setText(
            self.tr("most films: ") + ", ".join(f"{name} ({films})" for name, films in examples)
            if examples
            else ""
        )
        self._examples.setVisible(bool(examples))

    def _sentence(self, groups: PatientGroups) -> str:
        if groups.source == "film" and groups.films == 1:
            return self.tr("1 film tells no patient: it counts as a patient of its own")
        if groups.source == "film":
            return self.tr(
                "{films:,} films tell no patient: each counts as a patient of its own"
            ).format(films=groups.films)
        return self.tr("{films:,} films told apart by {source}").format(
            films=groups.films, source=self.tr(_WORDS[groups.source])
        )
