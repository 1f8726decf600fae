"""Which operating point is in use, and what its calls are worth where a finding is so frequent."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from cxrviewer.core.analysis import Score
from cxrviewer.core.logs import logger
from cxrviewer.core.operating_points import BALANCED, POINT_NAMES
from cxrviewer.core.predictive_values import Span, predictive_values
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.score_words import point_name
from cxrviewer.ui.widgets.switch import Switch

_PER_CENT = 100


class OperatingPanel(QWidget):
    """A switch, a field for the expected share of films with a finding, and PPV and NPV.

    Signals
    -------
    point_chosen(str)
        Another operating point is in use.
    """

    point_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = BALANCED
        self._offered: tuple[str, ...] = POINT_NAMES
        self._shares: dict[str, float] = {}
        self._score: Score | None = None
        self._key = ""
        names = {name: point_name(name) for name in POINT_NAMES}
        self._switch = Switch(self.tr("Operating point"), names)
        self._share = QLineEdit()
        self._share.setObjectName("share")
        self._share.setFixedWidth(64)
        self._share.setPlaceholderText(self.tr("none"))
        self._share.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._share.setAccessibleName(self.tr("Expected share of films with the finding, per cent"))
        self._asked = _muted(self.tr("expected share"))
        self._worth = QLabel()
        self._worth.setObjectName("muted")
        self._worth.setFont(theme.tabular(self.font()))
        self._worth.setWordWrap(True)
        self._worth.setMinimumHeight(34)
        self._worth.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build()
        self._switch.chosen.connect(self._choose)
        self._share.textEdited.connect(self._state)
        self._share.returnPressed.connect(self._share.clearFocus)
        self.judge(None, key="")

    @property
    def wanted(self) -> str:
        """Name of the operating point the user wants, also where the model has none of it."""
        return self._wanted

    @property
    def point(self) -> str:
        """Name of the operating point in use."""
        return self._wanted if self._wanted in self._offered else BALANCED

    @property
    def shares(self) -> dict[str, float]:
        """Key of a finding -> stated share of films that show it."""
        return dict(self._shares)

    @property
    def switch(self) -> Switch:
        """The choice of the operating point."""
        return self._switch

    @property
    def share(self) -> QLineEdit:
        """The field of the stated share, per cent."""
        return self._share

    @property
    def worth(self) -> str:
        """What is said of PPV and NPV."""
        return self._worth.text()

    def restore(self, point: str, shares: dict[str, float]) -> None:
        """Take what was chosen before."""
        self._wanted, self._shares = point, dict(shares)
        self._switch.mark(self.point)
        self._show_share()
        self._tell_worth()

    def offer(self, points: tuple[str, ...]) -> None:
        """Let the points of a model be chosen; the wanted one is in use if it is among them."""
        self._offered = points
        self._switch.offer(points)
        self._switch.mark(self.point)
        lacks = [point_name(name) for name in POINT_NAMES if name not in points]
        self._switch.setToolTip(
            self.tr("This model has no point for {names}; one trained anew gets both.").format(
                names=", ".join(lacks)
            )
            if lacks
            else self.tr("balanced weighs misses and false alarms alike; screening misses fewer")
        )

    def judge(self, score: Score | None, *, key: str) -> None:
        """Say what calls of a finding are worth; `key` is what its share is kept under."""
        if key != self._key:
            self._key = key
            self._show_share()
        self._score = score
        self._share.setEnabled(bool(key))
        name = "" if score is None else score.name
        self._asked.setToolTip(
            self.tr(
                "Of the films you ask the model about, how many in a hundred show it ({name})? "
                "Nothing is assumed: among the films the model was made with the share is another."
            ).format(name=name)
            if name
            else ""
        )
        self._tell_worth()

    def _show_share(self) -> None:
        share = self._shares.get(self._key)
        self._share.setText("" if share is None else f"{share * _PER_CENT:g}")
        self._mark_flawed(flawed=False)

    def _tell_worth(self) -> None:
        share = self._shares.get(self._key)
        point = self._score.at(self.point) if self._score else None
        self._worth.setToolTip("")
        if self._score is None or point is None:
            self._worth.setText(" ")
            return
        if share is None:
            self._worth.setText(
                self.tr("{name}: state its expected share of films to see PPV and NPV.").format(
                    name=self._score.name
                )
            )
            return
        found = predictive_values(point, share)
        if found is None:
            self._worth.setText(self.tr("PPV and NPV: not measured, too few films"))
            return
        self._worth.setText(
            self.tr("PPV {ppv} of those called\nNPV {npv} of the others").format(
                ppv=_told(found.ppv), npv=_told(found.npv)
            )
        )
        self._worth.setToolTip(
            self.tr(
                "If {share:g} % of the films show it ({name}): PPV is the share of films called "
                "that show it, NPV the share of the others that do not. Computed from sensitivity "
                "and specificity at the operating point {point}; in brackets what their 95 % "
                "intervals allow. They were measured on films like those the model learned from."
            ).format(share=share * _PER_CENT, name=self._score.name, point=point_name(self.point))
        )

    def _choose(self, point: str) -> None:
        if point == self.point:
            return
        self._wanted = point
        logger.info("operating point in use: %s", point)
        self._tell_worth()
        self.point_chosen.emit(point)

    def _state(self, text: str) -> None:
        share = _share_of(text)
        self._mark_flawed(flawed=bool(text.strip()) and share is None)
        self._shares.pop(self._key, None)
        if share is not None:
            self._shares[self._key] = share
        self._tell_worth()

    def _mark_flawed(self, *, flawed: bool) -> None:
        self._share.setProperty("flawed", flawed)
        self._share.style().polish(self._share)
        told = self.tr("A share is a number above 0 and below 100; empty for none.")
        self._share.setToolTip(told)

    def _build(self) -> None:
        share = QHBoxLayout()
        share.setSpacing(4)
        share.addStretch(1)
        share.addWidget(self._share)
        share.addWidget(_muted("%"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(_muted(self.tr("operating point")), 0, 0)
        grid.addWidget(self._switch, 0, 1)
        grid.addWidget(self._asked, 1, 0)
        grid.addLayout(share, 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._worth)


def _muted(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("muted")
    return label


def _told(span: Span | None) -> str:
    return "-" if span is None else str(span)


def _share_of(text: str) -> float | None:
    try:
        share = float(text.replace(",", ".")) / _PER_CENT
    except ValueError:
        return None
    return share if 0 < share < 1 else None
