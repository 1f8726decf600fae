"""The left column of the Train tab: which films, whose, what is wrong with them, their split."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from cxrviewer.core.audit import Audit
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.audit_list import AuditList
from cxrviewer.ui.widgets.class_bars import ClassBars
from cxrviewer.ui.widgets.data_chooser import DataChooser
from cxrviewer.ui.widgets.films_dialog import FilmsDialog
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.patient_box import PatientBox
from cxrviewer.ui.widgets.split_box import SplitBox

_WIDTH = 300
_INNER = 12


class DataPanel(QFrame):
    """Shows a data set and its audit.

    Signals
    -------
    data_chosen(Path)
    cancel_wanted
        The scan is to be given up.
    patients_chosen(str)
        Where it is read from whose a film is.
    film_wanted(Path)
        A film is to be opened in the Viewer.
    changed
        A fix was accepted or left, or the way of splitting changed.
    """

    data_chosen = Signal(object)
    cancel_wanted = Signal()
    patients_chosen = Signal(str)
    film_wanted = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_panel")
        self.setFixedWidth(_WIDTH)
        self._audit: Audit | None = None
        # Why the scan refused the films; it stays until others are chosen.
        self._refusal = ""
        # Films left out by a plan whose films were not audited here.
        self._planned: tuple[str, ...] = ()
        self.chooser = DataChooser()
        self.problem = NoticeBox("refuse")
        self.bars = ClassBars()
        self.patients = PatientBox()
        self.findings = AuditList()
        self.split = SplitBox()
        self._sections: list[QWidget] = []
        self._build()
        self._connect()
        self.show_state(TrainingState())

    @property
    def left_out(self) -> tuple[str, ...]:
        """Films that are not to be used."""
        return self.findings.left_out if self._audit else self._planned

    def show_state(self, state: TrainingState) -> None:
        """Show what the stage needs: the way in, progress, a problem, or the audit."""
        stage = state.stage
        self.chooser.show_stage(stage)
        self._refusal = state.sentence if stage is Stage.PROBLEM else ""
        self.mark("")
        there = self._audit is not None and stage not in (Stage.SCANNING, Stage.PROBLEM)
        for section in self._sections:
            section.setVisible(there)
        # What a run learns from stays as it is while it runs; its films can be looked at.
        for part in (self.patients, self.findings, self.split):
            part.set_changeable(state.may_start)

    def mark(self, sentence: str) -> None:
        """Say what is wrong with the films, or with an empty sentence that nothing else is."""
        said = sentence or self._refusal
        self.problem.setVisible(bool(said))
        self.problem.tell(self.tr("These films cannot be used"), said)

    def show_plan(self, plan: TrainingPlan) -> None:
        """Show the films of a plan, as they were used."""
        if plan.data != self.chooser.data:
            self.choose(plan.data)
        self._planned = plan.left_out
        self.patients.choose(plan.patients_from)
        self.split.choose(plan.split_by)

    def show_scanned(self, event: BatchDone) -> None:
        """Show how far the scan is."""
        self.chooser.show_scanned(event)

    def choose(self, data: Path) -> None:
        """Show another folder or CSV as chosen; the audit of the one before goes."""
        self._audit, self._planned = None, ()
        self.chooser.show_data(data)

    def show_audit(self, audit: Audit) -> None:
        """Show what was found in the films."""
        self._audit = audit
        self.patients.show_audit(audit)
        self.findings.show_findings(audit.findings)
        self._follow()

    def use_shares(self, shares: tuple[float, float, float]) -> None:
        """Divide the films as a recipe does."""
        self.split.use_shares(shares)
        self._follow()

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("side_content")
        column = QVBoxLayout(content)
        column.setContentsMargins(_INNER, _INNER, _INNER, _INNER)
        column.setSpacing(_INNER)
        column.addWidget(self.chooser)
        column.addWidget(self.problem)
        for title, part in (
            (self.tr("CLASSES"), self.bars),
            (self.tr("PATIENTS"), self.patients),
            (self.tr("AUDIT"), self.findings),
            (self.tr("SPLIT"), self.split),
        ):
            section = _section(title, part)
            self._sections.append(section)
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 1, 0)
        frame.addWidget(scroll)

    def _connect(self) -> None:
        self.chooser.data_chosen.connect(self.data_chosen)
        self.chooser.cancel_wanted.connect(self.cancel_wanted)
        self.patients.chosen.connect(self.patients_chosen)
        self.findings.films_wanted.connect(self._show_films)
        self.findings.decided.connect(self._follow)
        self.findings.decided.connect(self.changed)
        self.split.changed.connect(self._follow)
        self.split.changed.connect(self.changed)

    def _follow(self) -> None:
        """Let counts and split follow the accepted fixes."""
        if self._audit is None:
            return
        at_stake = self._audit.at_stake
        lost = [at_stake[film] for film in self.left_out if film in at_stake]
        self.bars.show_counts(_kept(self._audit.counts, lost))
        self.split.show_audit(self._audit, left_out=len(lost))

    def _show_films(self, finding: object) -> None:
        dialog = FilmsDialog(finding, self.chooser.root, self)  # type: ignore[arg-type]
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.film_wanted.connect(self.film_wanted)
        dialog.show()


def _section(title: str, part: QWidget) -> QWidget:
    section = QWidget()
    line = QFrame()
    line.setObjectName("section_line")
    heading = QLabel(title)
    heading.setObjectName("heading")
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(line)
    column.addSpacing(4)
    column.addWidget(heading)
    column.addWidget(part)
    return section


def _kept(
    counts: tuple[tuple[str, int], ...], lost: list[tuple[str, ...]]
) -> tuple[tuple[str, int], ...]:
    """Return the films of each class less those lost, of which the labels are given."""
    less = Counter(label for labels in lost for label in labels)
    return tuple((label, number - less[label]) for label, number in counts)
