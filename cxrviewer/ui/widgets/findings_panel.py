"""What the model says of the film on screen, or why it says nothing."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.analysis import Analysis, Score, Status
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui.widgets import findings_words
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.operating_panel import OperatingPanel
from cxrviewer.ui.widgets.score_row import ScoreRow
from cxrviewer.ui.widgets.standing_warning import StandingWarning

_ROWS_BEFORE = 3


class FindingsPanel(QWidget):
    """Sorted scores; the rows keep their place while an answer is awaited.

    Signals
    -------
    label_chosen(str)
        The user wants this label's heat map.
    shown_anyway
        The user wants the scores of a film the model warns about.
    again_wanted
        The user wants a failed analysis, or a failed model, tried again.
    """

    label_chosen = Signal(str)
    shown_anyway = Signal()
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self._analysis: Analysis | None = None
        self._label = ""
        self._names: tuple[str, ...] = ("",) * _ROWS_BEFORE
        self._heading = QLabel(self.tr("FINDINGS"))
        self._heading.setObjectName("heading")
        self._standing = StandingWarning()
        self._call = QLabel(" ")
        self._call.setWordWrap(True)
        self._together = ScoreRow(choosable=False)
        self._together.hide()
        self.operating = OperatingPanel()
        self.operating.point_chosen.connect(self._use_point)
        self._scale = QLabel()
        self._scale.setObjectName("muted")
        self._footer = QLabel()
        self._footer.setObjectName("muted")
        self._footer.setWordWrap(True)
        self._footer.setMinimumHeight(34)
        self._warning = NoticeBox("warn")
        self._warning.pressed.connect(self._show_anyway)
        self._refusal = NoticeBox("refuse")
        self._refusal.pressed.connect(self.again_wanted)
        self._list = QWidget()
        self._rows: list[ScoreRow] = []
        self._group = QButtonGroup(self)
        self._row_column = QVBoxLayout(self._list)
        self._row_column.setContentsMargins(0, 0, 0, 0)
        self._row_column.setSpacing(0)
        self._row_column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for page in (self._list, self._warning, self._refusal):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (
            self._heading,
            self._standing,
            self._call,
            self._together,
            self._scale,
            self._pages,
            self.operating,
            self._footer,
        ):
            column.addWidget(widget)
        self._make_rows(_ROWS_BEFORE)

    @property
    def analysis(self) -> Analysis | None:
        """The answer that stands here, shown or held back; None while there is none."""
        return self._analysis

    @property
    def rows(self) -> tuple[ScoreRow, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows)

    @property
    def scores_shown(self) -> bool:
        """Whether scores can be read."""
        return self._analysis is not None and self._pages.currentWidget() is self._list

    @property
    def reason(self) -> str:
        """Why no scores are shown; empty while they are or are awaited."""
        page = self._pages.currentWidget()
        return page.reason if isinstance(page, NoticeBox) else ""

    @property
    def warning(self) -> NoticeBox:
        """The box in front of the scores of a film the model warns about."""
        return self._warning

    @property
    def standing(self) -> str:
        """What speaks against the scores while they are shown; empty where nothing does."""
        return self._standing.text()

    @property
    def call(self) -> str:
        """The call at the operating point in use; empty while there is none."""
        return self._call.text().strip()

    @property
    def together(self) -> ScoreRow:
        """The row of all findings together, hidden where the call is made finding by finding."""
        return self._together

    @property
    def footer(self) -> str:
        """Model, device and seconds, or what is going on."""
        return self._footer.text()

    def set_model(self, ready: ModelReady) -> None:
        """Keep a row for every label of the model."""
        self._names = tuple(name for _, name in ready.labels)
        self._together.setVisible(ready.together)
        self.operating.offer(ready.points)
        self._make_rows(len(self._names))

    def forget_model(self) -> None:
        """Leave the rows without names, as those of another model are not known yet."""
        self._names = ("",) * len(self._rows)
        self.wait("")
        self._together.hide()

    def wait(self, doing: str) -> None:
        """Empty the rows and say what is going on."""
        self._analysis, self._label = None, ""
        self._group.setExclusive(False)
        for row, name in zip(self._rows, self._names, strict=True):
            row.clear(name)
        self._group.setExclusive(True)
        self._tell_nothing()
        self._footer.setText(doing)
        self._turn_to(self._list)

    def refuse(self, word: str, reason: str, *, button: str = "") -> None:
        """Put a reason in the place of the scores."""
        self.wait("")
        self._refusal.tell(word, reason, button=button)
        self._turn_to(self._refusal)

    def show_analysis(self, analysis: Analysis, *, accepted: bool) -> None:
        """Show an answer; `accepted` says that the user wants a warned film's scores."""
        if analysis.status in (Status.REFUSED, Status.ERROR):
            anyway = self.tr("Analyse anyway") if analysis.overridable else ""
            self.refuse(self.tr("Refused"), analysis.reason, button=anyway)
            self._analysis = analysis
            self._footer.setText(findings_words.origin(analysis))
            return
        self.operating.offer(tuple(analysis.calls))
        self._analysis = analysis.at(self.operating.point)
        self._together.setVisible(analysis.decision is not None)
        self._fill(self._analysis)
        if analysis.doubtful and not accepted:
            self._tell_nothing()
            self._footer.setText(findings_words.origin(analysis))
            self._warning.tell(
                self.tr("Warning"), analysis.reason, button=self.tr("Show the scores anyway")
            )
            self._turn_to(self._warning)
        else:
            self._turn_to(self._list)

    def step(self, by: int) -> None:
        """Choose the label so many rows on."""
        if not self.scores_shown:
            return
        row = next((i for i, row in enumerate(self._rows) if row.isChecked()), -1)
        target = min(max(row + by, 0), len(self._rows) - 1)
        if target != row:
            self._rows[target].click()

    def _fill(self, analysis: Analysis) -> None:
        ordered = sorted(analysis.scores, key=lambda score: -score.probability)
        if len(ordered) != len(self._rows):
            self._make_rows(len(ordered))
        self._label = analysis.heat_map.label if analysis.heat_map else self._label
        for row, score in zip(self._rows, ordered, strict=True):
            row.set_score(score, calibrated=analysis.calibrated, point=analysis.point)
            row.setChecked(score.label == self._label)
        self._tell_about()

    def _tell_about(self) -> None:
        analysis = self._analysis
        if analysis is None:
            return
        self._footer.setText(findings_words.origin(analysis))
        self._standing.tell(findings_words.warned(analysis))
        self._call.setText(findings_words.call(analysis))
        if analysis.decision is not None:
            self._together.set_score(
                analysis.decision, calibrated=analysis.calibrated, point=analysis.point
            )
        self._scale.setText(
            self.tr("probability, ticks at the operating points")
            if analysis.calibrated
            else self.tr("score, not a calibrated probability")
        )
        self._judge()

    def _tell_nothing(self) -> None:
        # A space keeps the line's height, so that nothing jumps when the answer arrives.
        self._call.setText(" ")
        self._standing.tell("")
        self._scale.setText(" ")
        self._together.clear()
        self.operating.judge(None, key="")

    def _judge(self) -> None:
        """Weigh calls of what decides: all findings together, else the finding chosen."""
        analysis = self._analysis
        if analysis is None:
            return
        chosen = next((score for score in analysis.scores if score.label == self._label), None)
        score = analysis.decision or chosen
        key = f"{analysis.model}/{score.label}" if score is not None and score.points else ""
        self.operating.judge(score, key=key)

    def _use_point(self, point: str) -> None:
        if self._analysis is None or not self._analysis.scores:
            return
        self._analysis = self._analysis.at(point)
        told = self.scores_shown
        self._fill(self._analysis)
        if not told:
            self._tell_nothing()

    def _make_rows(self, count: int) -> None:
        while len(self._rows) > count:
            row = self._rows.pop()
            self._group.removeButton(row)
            row.deleteLater()
        while len(self._rows) < count:
            row = ScoreRow()
            row.clicked.connect(self._choose)
            self._group.addButton(row)
            self._row_column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        if len(self._names) != count:
            self._names = ("",) * count
        self._fit_pages()
        if self._analysis is None:
            self.wait(self._footer.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the whole of a reason."""
        super().resizeEvent(event)
        self._fit_pages()

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._fit_pages()

    def _fit_pages(self) -> None:
        """Keep the rows' place; only a reason too long for it takes more."""
        height = max(len(self._rows), _ROWS_BEFORE) * self._rows[0].height()
        page = self._pages.currentWidget()
        if isinstance(page, NoticeBox):
            height = max(height, page.heightForWidth(self.width()))
        self._pages.setFixedHeight(height)

    def _choose(self) -> None:
        score = next((row.score for row in self._rows if row.isChecked()), None)
        if isinstance(score, Score) and score.label != self._label:
            self._label = score.label
            self._judge()
            self.label_chosen.emit(score.label)

    def _show_anyway(self) -> None:
        self._turn_to(self._list)
        self._tell_about()
        self.shown_anyway.emit()
