"""The tool bar: the tabs, which actions follow in which order, and the menu at the end."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QTabBar, QToolBar, QToolButton, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.actions import TABS

# From left to right; an empty name is a line.
_START = (
    "", "open", "", "window", "pan", "zoom", "", "fit", "actual", "invert", "reset", "", "overlay",
)  # fmt: skip
_END = ("previous", "next", "", "panels", "full_screen", "keys")
_MENU = (
    "open_folder", "phantom", "", "export", "copy", "", "texts", "",
    "models", "evaluate", "history", "", "quit",
)  # fmt: skip


class ToolBar(QToolBar):
    """Shows the tabs and the window's actions.

    Signals
    -------
    tab_chosen(str)
        Name of a tab, see `cxrviewer.ui.actions.TABS`.
    """

    tab_chosen = Signal(str)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(theme.ICON_SIZE, theme.ICON_SIZE))
        self._lines: list[QAction] = []
        self._tabs = self._make_tabs(actions)
        self.addWidget(self._tabs)
        self._fill(actions, _START)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self._fill(actions, _END)
        self.addWidget(self._more(actions))
        actions["open"].setIconText(self.tr("Open"))
        opener = self.widgetForAction(actions["open"])
        if isinstance(opener, QToolButton):
            opener.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def show_tab(self, name: str) -> None:
        """Mark the tab on screen; the lines between the Viewer's actions go with them."""
        self._tabs.setCurrentIndex(TABS.index(name))
        for line in self._lines:
            line.setVisible(name == TABS[0])

    def _make_tabs(self, actions: Mapping[str, QAction]) -> QTabBar:
        tabs = QTabBar()
        tabs.setObjectName("tabs")
        tabs.setAccessibleName(self.tr("Tabs of the window"))
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        for place, name in enumerate(TABS):
            action = actions[f"tab_{name}"]
            tabs.addTab(action.text())
            tabs.setTabToolTip(place, action.toolTip())
        tabs.currentChanged.connect(lambda place: self.tab_chosen.emit(TABS[place]))
        return tabs

    def _fill(self, actions: Mapping[str, QAction], names: tuple[str, ...]) -> None:
        for name in names:
            if not name:
                self._lines.append(self.addSeparator())
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
