"""A key that toggles when tapped and acts only as long as it is held."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent

_TAP = 0.3


class HoldKey(QObject):
    """Tells a tap of an action's key from holding it.

    Parameters
    ----------
    action
        Its trigger is the press.
    key
        Whose release ends it.
    pressed, released
        Called at the press, and at the release with whether it was a tap.
    """

    def __init__(
        self,
        action: QAction,
        *,
        key: Qt.Key,
        pressed: Callable[[], None],
        released: Callable[[bool], None],
    ) -> None:
        super().__init__(action)
        self._key = key
        self._pressed, self._released = pressed, released
        self._since: float | None = None
        action.triggered.connect(self._press)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch for the release, or for the window losing the keyboard."""
        lost = event.type() == QEvent.Type.ApplicationDeactivate
        if lost or (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyRelease
            and event.key() == self._key
            and not event.isAutoRepeat()
        ):
            self._release()
        return super().eventFilter(watched, event)

    def _press(self) -> None:
        app = QCoreApplication.instance()
        if self._since is None and app is not None:
            self._since = time.monotonic()
            # Watching every event of the program costs time, so only while the key is down.
            app.installEventFilter(self)
            self._pressed()

    def _release(self) -> None:
        app = QCoreApplication.instance()
        if self._since is not None and app is not None:
            tapped = time.monotonic() - self._since < _TAP
            self._since = None
            app.removeEventFilter(self)
            self._released(tapped)
