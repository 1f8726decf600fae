"""What the audit found, each with its films and a fix to accept or leave."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.audit import AuditFinding
from cxrviewer.ui import theme

_TITLES = {
    "unreadable": "Unreadable films",
    "blank": "Blank films",
    "tiny": "Very small films",
    "duplicate": "The same film twice",
    "near_duplicate": "Nearly the same film",
    "label_conflict": "One film, several classes",
    "patient_leak": "One film, several patients",
    "few_films": "Few films",
    "imbalance": "Uneven classes",
    "shortcut": "Shortcut risk",
}


class FindingRow(QFrame):
    """One finding.

    Signals
    -------
    films_wanted(AuditFinding)
    decided
    """

    films_wanted = Signal(object)
    decided = Signal()

    def __init__(self, finding: AuditFinding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding_row")
        self.finding = finding
        title = self.tr(_TITLES.get(finding.kind, finding.kind.replace("_", " ").capitalize()))
        self.setAccessibleName(f"{title}: {finding.sentence}")
        mark = QLabel()
        mark.setPixmap(theme.pixmap("warn", colour_name="warn", size=16))
        word = QLabel(title)
        word.setObjectName("finding_title")
        about = QLabel(finding.sentence)
        about.setWordWrap(True)
        about.setObjectName("muted")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(mark)
        top.addWidget(word, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(about)
        self.show_films = QPushButton()
        self.accept = QPushButton(self.tr("Accept"))
        self.leave = QPushButton(self.tr("Leave"))
        if finding.films:
            self._add_films(column)
        if finding.fix:
            self._add_fix(column)

    @property
    def accepted(self) -> bool:
        """True once the fix was accepted."""
        return bool(self.finding.fix) and self.accept.isChecked()

    def _add_films(self, column: QVBoxLayout) -> None:
        self.show_films.setText(
            self.tr("Show films ({count:,})").format(count=len(self.finding.films))
        )
        self.show_films.setObjectName("link")
        self.show_films.clicked.connect(lambda: self.films_wanted.emit(self.finding))
        column.addWidget(self.show_films, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_fix(self, column: QVBoxLayout) -> None:
        fix = QLabel(self.finding.fix)
        fix.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        choice = QButtonGroup(self)
        for button, name in ((self.accept, self.tr("Accept")), (self.leave, self.tr("Leave"))):
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {self.finding.fix}")
            choice.addButton(button)
            row.addWidget(button)
            button.toggled.connect(lambda on: self.decided.emit() if on else None)
        row.addStretch(1)
        column.addWidget(fix)
        column.addLayout(row)


class AuditList(QWidget):
    """All findings, the gravest first.

    Signals
    -------
    films_wanted(AuditFinding)
    decided
        A fix was accepted or left.
    """

    films_wanted = Signal(object)
    decided = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[FindingRow] = []
        self._clean = QLabel(self.tr("No fault found."))
        self._clean.setObjectName("muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._clean)

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings on screen."""
        return tuple(self._rows)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Films that the accepted fixes leave out, each once."""
        accepted = (row.finding.left_out for row in self._rows if row.accepted)
        return tuple(dict.fromkeys(film for films in accepted for film in films))

    def set_changeable(self, changeable: bool) -> None:
        """Allow fixes to be accepted or left."""
        for row in self._rows:
            row.accept.setEnabled(changeable)
            row.leave.setEnabled(changeable)

    def show_findings(self, findings: tuple[AuditFinding, ...]) -> None:
        """Show what was found; nothing is accepted yet."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [FindingRow(finding) for finding in findings]
        for row in self._rows:
            row.films_wanted.connect(self.films_wanted)
            row.decided.connect(self.decided)
            self._column.addWidget(row)
        self._clean.setVisible(not findings)
