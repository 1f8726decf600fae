"""How the films are divided: by patient, or, behind a warning, by image."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.audit import Audit
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.question import Question
from cxrviewer.ui.widgets.split_bar import SplitBar

_DEFAULT = (0.7, 0.1, 0.2)


class SplitBox(QWidget):
    """Shows the parts and how they come about.

    Signals
    -------
    changed
        The way of splitting was changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares = self._audited = _DEFAULT
        self._by = "patient"
        self.bar = SplitBar()
        self._told = QLabel(self.tr("By patient: nobody's films stand in two parts."))
        self._told.setObjectName("muted")
        self._told.setWordWrap(True)
        self.by_image = QPushButton(self.tr("Split by image, as in the paper…"))
        self.by_image.setObjectName("link")
        self.by_image.clicked.connect(self._ask)
        self.warning = NoticeBox("warn")
        self.warning.tell(
            self.tr("Split by image"),
            self.tr(
                "Films of one patient stand on both sides, so the figures come out too good. "
                "Use them only to compare with the paper's."
            ),
            button=self.tr("Split by patient"),
        )
        self.warning.pressed.connect(lambda: self._use("patient"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addWidget(self._told)
        column.addWidget(self.by_image, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.warning)
        self._refresh()

    @property
    def by(self) -> str:
        """How films are divided, one of `cxrviewer.core.plan.SPLIT_BY`."""
        return self._by

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of training, validation and test."""
        return self._shares

    def use_shares(self, shares: tuple[float, float, float]) -> None:
        """Divide the films in these shares."""
        self._shares = shares

    def show_audit(self, audit: Audit, *, left_out: int) -> None:
        """Show the parts of audited films, less those that are left out."""
        measured = tuple(sum(part) for part in audit.split)
        same = self._shares == self._audited and self._by == "patient" and not left_out
        if same and sum(measured) == audit.films:
            self.bar.show_films(measured, about=False)
            return
        films = max(audit.films - left_out, 0)
        parts = [round(films * share) for share in self._shares]
        parts[0] = films - parts[1] - parts[2]
        self.bar.show_films(tuple(parts), about=True)

    def choose(self, by: str) -> None:
        """Show a way of splitting as chosen."""
        self._by = by
        self._refresh()

    def set_changeable(self, changeable: bool) -> None:
        """Allow another way of splitting."""
        self.by_image.setEnabled(changeable)
        self.warning.button.setEnabled(changeable)

    def audited_with(self, shares: tuple[float, float, float]) -> None:
        """Take the shares that the audit's own split was made with."""
        self._audited = shares

    def _ask(self) -> None:
        question = Question(
            self.tr("Split by image?"),
            self.tr(
                "Several films of one patient are much alike. Split by image, some are learned "
                "from and others tested on, and the model is measured as better than it is. The "
                "run and the model's card will say so."
            ),
            accept=self.tr("Split by image all the same"),
            reject=self.tr("Keep the split by patient"),
            parent=self.window(),
        )
        question.accepted.connect(lambda: self._use("image"))
        question.open()

    def _use(self, by: str) -> None:
        self.choose(by)
        self.changed.emit()

    def _refresh(self) -> None:
        by_image = self._by == "image"
        self._told.setVisible(not by_image)
        self.by_image.setVisible(not by_image)
        self.warning.setVisible(by_image)
