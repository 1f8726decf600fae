"""The tool bar: which actions stand in it, in which order, and the menu at its end."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from cxrviewer.ui import theme

# From left to right; an empty name is a line.
_START = (
    "open", "", "window", "pan", "zoom", "", "fit", "actual", "invert", "reset", "", "overlay",
)  # fmt: skip
_END = ("previous", "next", "", "panels", "full_screen", "keys")
_MENU = (
    "open_folder", "phantom", "", "export", "copy", "", "texts", "", "quit",
)  # fmt: skip


class ToolBar(QToolBar):
    """Shows the window's actions."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(theme.ICON_SIZE, theme.ICON_SIZE))
        self._fill(actions, _START)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self._fill(actions, _END)
        self.addWidget(self._more(actions))
        opener = self.widgetForAction(actions["open"])
        if isinstance(opener, QToolButton):
            opener.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            opener.setText(self.tr("Open"))

    def _fill(self, actions: Mapping[str, QAction], names: tuple[str, ...]) -> None:
        for name in names:
            if not name:
                self.addSeparator()
                continue
            self.addAction(actions[name])
            button = self.widgetForAction(actions[name])
            button.setAccessibleName(actions[name].text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _more(self, actions: Mapping[str, QAction]) -> QToolButton:
        menu = QMenu(self)
        for name in _MENU:
            if name:
                menu.addAction(actions[name])
            else:
                menu.addSeparator()
        more = QToolButton()
        more.setText("…")
        more.setToolTip(self.tr("More"))
        more.setAccessibleName(self.tr("More actions"))
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return more
