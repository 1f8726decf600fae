"""Use this model or keep the old one, with the paired test's sentence between them."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.paired import Comparison
from cxrviewer.ui import theme


class Verdict(StrEnum):
    """What the bar shows."""

    COMPARING = "comparing"
    BETTER = "better"
    NO_EVIDENCE = "no evidence"
    WORSE = "worse"
    NOT_COMPARABLE = "not comparable"
    REFUSED = "refused"
    USED = "used"
    KEPT = "kept"


# Verdict -> its word, and the icon and its colour; a better model is no reason for a colour.
_LOOKS = {
    Verdict.COMPARING: ("Comparing", "info", "muted"),
    Verdict.BETTER: ("Better", "info", "accent"),
    Verdict.NO_EVIDENCE: ("No evidence that it is better", "info", "muted"),
    Verdict.WORSE: ("Worse", "warn", "warn"),
    Verdict.NOT_COMPARABLE: ("Not comparable", "warn", "warn"),
    Verdict.REFUSED: ("Cannot be used", "refuse", "refuse"),
    Verdict.USED: ("In use now", "info", "accent"),
    Verdict.KEPT: ("The old model stays", "info", "muted"),
}
_MAY_USE = {Verdict.BETTER, Verdict.NO_EVIDENCE, Verdict.WORSE, Verdict.NOT_COMPARABLE}


class DecisionBar(QFrame):
    """Asks for one decision.

    Signals
    -------
    use_wanted, keep_wanted
    back_wanted
        The model in use before is wanted back.
    """

    use_wanted = Signal()
    keep_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._verdict = Verdict.COMPARING
        self._asked = self._worse = False
        self.use_button, self.keep_button = QPushButton(), QPushButton()
        self._mark, self._word, self._sentence = QLabel(), QLabel(), QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setFont(theme.tabular(self.font()))
        self._build()
        self.use_button.clicked.connect(self._use)
        self.keep_button.clicked.connect(self._keep)
        self.show_comparing()

    @property
    def verdict(self) -> Verdict:
        """What the bar shows."""
        return self._verdict

    @property
    def text(self) -> str:
        """Word and sentence on screen."""
        return f"{self._word.text()}: {self._sentence.text()}"

    def show_comparing(self, against: str = "") -> None:
        """Say that the paired test is running."""
        self._worse = False
        model = against or self.tr("the model in use")
        self._show(
            Verdict.COMPARING,
            self.tr("The test films are being shown to {model}.").format(model=model),
        )

    def show_comparison(self, comparison: Comparison) -> None:
        """Show what the paired test said; a decision made before it came stays on screen."""
        verdict = Verdict(comparison.verdict)
        self._worse = verdict is Verdict.WORSE
        if self._verdict is Verdict.COMPARING:
            self._show(verdict, comparison.sentence)

    def show_incomparable(self, sentence: str) -> None:
        """Say why no paired test could be made."""
        self._show(Verdict.NOT_COMPARABLE, sentence)

    def refuse(self, sentence: str) -> None:
        """Say why the model cannot be taken into use."""
        self._show(Verdict.REFUSED, sentence)

    def show_used(self, model: str, before: str) -> None:
        """Say that the model is in use; the one before can be brought back."""
        self._show(
            Verdict.USED,
            self.tr("{model} answers from now on. {before} is kept.").format(
                model=model, before=before
            ),
        )

    def show_kept(self, model: str) -> None:
        """Say that the old model goes on."""
        self._show(
            Verdict.KEPT,
            self.tr("{model} answers as before; this run stays in the history.").format(
                model=model
            ),
        )

    def _build(self) -> None:
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._mark)
        said.addWidget(self._word, 1)
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addLayout(said)
        middle.addWidget(self._sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(16)
        row.addWidget(self.use_button)
        row.addLayout(middle, 1)
        row.addWidget(self.keep_button)

    def _show(self, verdict: Verdict, sentence: str) -> None:
        self._verdict, self._asked = verdict, False
        word, icon, colour = _LOOKS[verdict]
        self._mark.setPixmap(theme.pixmap(icon, colour_name=colour))
        self._word.setText(self.tr(word))
        self._sentence.setText(sentence)
        self.setAccessibleName(self.text)
        self.use_button.setText(self.tr("Use this model"))
        self.keep_button.setText(
            self.tr("Bring the old one back")
            if verdict is Verdict.USED
            else self.tr("Keep the old one")
        )
        self._allow(
            {
                self.use_button: verdict in _MAY_USE or verdict is Verdict.KEPT,
                self.keep_button: verdict not in (Verdict.KEPT, Verdict.REFUSED),
            }
        )

    def _allow(self, may_press: dict[QPushButton, bool]) -> None:
        """Enable these buttons; the keyboard stays at one of them while there is one to press."""
        usable = [button for button, may in may_press.items() if may]
        for button in usable:
            button.setEnabled(True)
        if usable and any(button.hasFocus() for button in may_press if button not in usable):
            usable[0].setFocus()
        for button, may in may_press.items():
            button.setEnabled(may)

    def _use(self) -> None:
        if self._worse and not self._asked:
            self._asked = True
            self.use_button.setText(self.tr("Use it although it is worse"))
            return
        self.use_wanted.emit()

    def _keep(self) -> None:
        if self._asked:
            self._asked = False
            self.use_button.setText(self.tr("Use this model"))
            return
        (self.back_wanted if self._verdict is Verdict.USED else self.keep_wanted).emit()
