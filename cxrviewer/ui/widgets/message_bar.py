"""One bar over the top edge of what it belongs to: what went wrong or should be known."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from cxrviewer.core import paths
from cxrviewer.ui import theme


class Kind(StrEnum):
    """How grave a message is; also the name of its icon."""

    INFO = "info"
    WARN = "warn"
    REFUSE = "refuse"


_COLOURS = {Kind.INFO: "muted", Kind.WARN: "warn", Kind.REFUSE: "refuse"}
_MOST = 20
_MARGIN, _WIDEST = 12, 720


@dataclass(frozen=True, kw_only=True)
class Message:
    """One sentence for the user; a topic lets it be taken back."""

    text: str
    kind: Kind = Kind.INFO
    topic: str = ""


class MessageBar(QFrame):
    """Shows the newest message and how many wait below it; it floats, so nothing jumps.

    Signals
    -------
    placed
        The bar covers another place, or none.
    """

    placed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._over = parent
        self._messages: list[Message] = []
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setObjectName("message_text")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPushButton(self.tr("Details"))
        self._details.setObjectName("link")
        self._details.clicked.connect(self._show_details)
        self._close = QToolButton()
        self._close.setIcon(theme.icon("close"))
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss the message"))
        self._close.clicked.connect(self.dismiss)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._details)
        row.addWidget(self._close)
        parent.installEventFilter(self)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that were not dismissed, newest first."""
        return tuple(self._messages)

    @property
    def text(self) -> str:
        """The sentence on screen, empty if none."""
        return self._messages[0].text if self._messages else ""

    def post(self, text: str, *, kind: Kind = Kind.INFO, topic: str = "") -> None:
        """Show a sentence; saying the same again brings it back to the top."""
        message = Message(text=text, kind=kind, topic=topic)
        self._messages = [message, *(old for old in self._messages if old != message)][:_MOST]
        self._refresh()

    def dismiss(self) -> None:
        """Take the message on screen away; the one before it comes back."""
        self._messages = self._messages[1:]
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the top edge when what it floats over changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def forget(self, topic: str) -> None:
        """Take the messages on one topic away."""
        self._messages = [message for message in self._messages if message.topic != topic]
        self._refresh()

    def _refresh(self) -> None:
        if not self._messages:
            self.hide()
            self.placed.emit()
            return
        message, more = self._messages[0], len(self._messages) - 1
        self._mark.setPixmap(theme.pixmap(str(message.kind), colour_name=_COLOURS[message.kind]))
        self._mark.setAccessibleName(str(message.kind))
        text = message.text
        if more:
            text += self.tr("  (+{more} more)").format(more=more)
        self._text.setText(text)
        self._details.setVisible(message.kind is not Kind.INFO)
        self.setAccessibleName(text)
        self.setProperty("kind", str(message.kind))
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        room = self._over.width()
        width = max(min(room - 2 * _MARGIN, _WIDEST), 0)
        self.resize(width, self._row.totalHeightForWidth(width))
        self.move((room - width) // 2, _MARGIN)
        self.placed.emit()

    def _show_details(self) -> None:
        log = paths.logs_dir() / "cxrviewer.log"
        self._text.setText(self.tr("{text}  Log: {log}").format(text=self.text, log=log))
        self._place()
