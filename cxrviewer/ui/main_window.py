"""The window: tool bar, keys, drops, and what is kept between two sessions."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
)

from cxrviewer.core import paths
from cxrviewer.core import settings as stored_settings
from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.errors import ExportError, SettingsError
from cxrviewer.core.film import Film
from cxrviewer.core.logs import logger
from cxrviewer.core.settings import Settings
from cxrviewer.ui import theme
from cxrviewer.ui.actions import make_actions
from cxrviewer.ui.film_picture import film_picture
from cxrviewer.ui.qimage import rgb_array
from cxrviewer.ui.viewer_tab import ViewerTab
from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION, Acknowledgement
from cxrviewer.ui.widgets.cheat_sheet import CheatSheet
from cxrviewer.ui.widgets.film_tools import Tool
from cxrviewer.ui.widgets.heat_map_panel import STEP
from cxrviewer.ui.widgets.hold_key import HoldKey
from cxrviewer.ui.widgets.message_bar import Kind
from cxrviewer.ui.widgets.own_keys import keeps
from cxrviewer.ui.widgets.tool_bar import ToolBar

_TITLE = "cxrviewer"
_ZOOM_KEY = 1.25


class MainWindow(QMainWindow):
    """The one window of the program."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._started = False
        self._overlay_before = True
        self.setWindowTitle(_TITLE)
        self.setWindowIcon(QIcon(theme.pixmap("app", size=64)))
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.viewer = ViewerTab(settings)
        self.setCentralWidget(self.viewer)
        self.actions_by_name = make_actions(self)
        self._connect()
        self.addToolBar(ToolBar(self.actions_by_name, self))
        self._restore_place()

    def open_films(self, films: list[Path]) -> None:
        """Open files and folders, as if dropped on the window."""
        self.viewer.open_films(films)

    def open_phantom(self) -> None:
        """Open the demonstration film, drawing it if need be."""
        self.viewer.session.draw_phantom()

    def tell(self, sentence: str) -> None:
        """Show what went wrong in the message bar."""
        self.viewer.messages.post(sentence, kind=Kind.REFUSE)

    def ask_acknowledgement(self) -> None:
        """Show what the program is not for, unless this user has read it."""
        if self._settings.acknowledged != NOTICE_VERSION:
            dialog = Acknowledgement(self)
            dialog.accepted.connect(self._acknowledged)
            dialog.rejected.connect(self.close)
            dialog.open()

    def showEvent(self, event: QShowEvent) -> None:
        """Start threads and children once the window has been painted."""
        super().showEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self.viewer.session.start)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End children and threads, and keep what the user chose."""
        self._settings = replace(self.viewer.settings, acknowledged=self._settings.acknowledged)
        self._save()
        place = self._place()
        place.setValue("geometry", self.saveGeometry())
        place.sync()
        self.viewer.session.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.viewer.set_drop_shown(shown=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the frame away."""
        self.viewer.set_drop_shown(shown=False)
        super().dragLeaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave to a control with the focus the keys it needs itself."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and keeps(self.focusWidget(), event.key()):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the full screen with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.actions_by_name["full_screen"].setChecked(False)
        super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.viewer.set_drop_shown(shown=False)
        local = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            event.acceptProposedAction()
            self.open_films(local)
        else:
            self.tell(self.tr("Only files of this computer can be opened; save the film first."))

    def _slots(self) -> dict[str, Callable[[], object]]:
        """Return what each action of the table does."""
        viewer, view = self.viewer, self.viewer.film_view
        return {
            "open": self._ask_for_films,
            "open_folder": self._ask_for_folder,
            "phantom": self.open_phantom,
            "previous": partial(viewer.strip.step, -1),
            "next": partial(viewer.strip.step, 1),
            "export": self._export,
            "copy": self._copy,
            "window": partial(view.set_tool, Tool.WINDOW),
            "pan": partial(view.set_tool, Tool.PAN),
            "zoom": partial(view.set_tool, Tool.ZOOM),
            "fit": view.fit,
            "actual": view.show_actual_size,
            "zoom_in": partial(view.zoom_by, _ZOOM_KEY),
            "zoom_out": partial(view.zoom_by, 1 / _ZOOM_KEY),
            "invert": view.invert,
            "reset": view.reset,
            "opacity_down": partial(self._step_opacity, -STEP),
            "opacity_up": partial(self._step_opacity, STEP),
            "finding_up": partial(viewer.findings.step, -1),
            "finding_down": partial(viewer.findings.step, 1),
            "keys": self._show_keys,
            "quit": self.close,
        }

    def _connect(self) -> None:
        viewer, actions = self.viewer, self.actions_by_name
        for name, slot in self._slots().items():
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        for name in ("window", "texts", "panels"):
            actions[name].setChecked(True)
        actions["texts"].toggled.connect(viewer.film_view.set_texts_shown)
        actions["panels"].toggled.connect(viewer.set_panels_shown)
        actions["full_screen"].toggled.connect(self._set_full_screen)
        HoldKey(
            actions["overlay"],
            key=Qt.Key.Key_O,
            pressed=self._overlay_pressed,
            released=self._overlay_released,
        )
        viewer.empty_state.open_wanted.connect(self._ask_for_films)
        viewer.empty_state.folder_wanted.connect(self._ask_for_folder)
        viewer.film_shown.connect(self._name_film)

    def _ask_for_films(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open films"), self._last_folder())
        self.open_films([Path(name) for name in names])

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Open a folder of films"), self._last_folder()
        )
        self.open_films([Path(name)] if name else [])

    def _last_folder(self) -> str:
        recent = self.viewer.settings.recent
        return str(Path(recent[0]).parent) if recent else str(Path.home())

    def _export(self) -> None:
        film = self.viewer.film_view.film
        if film is None:
            self.tell(self.tr("There is no film to export; open one first."))
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export the picture"),
            str(film.path.with_suffix("").with_name(f"{film.path.stem}-view.png")),
            self.tr("Pictures (*.png *.jpg *.tif)"),
        )
        if name:
            self.export_picture(Path(name))

    def export_picture(self, target: Path) -> None:
        """Write the view as on screen, with the notice burned in and in the file's text."""
        picture = film_picture(self.viewer.film_view, opacity=self.viewer.overlay_opacity)
        path = target if target.suffix else target.with_suffix(".png")
        try:
            paths.spare_films(path, [entry.path for entry in self.viewer.films.entries])
        except ExportError as error:
            self.tell(error.sentence)
            return
        self.viewer.session.save_picture(rgb_array(picture), path, text={"Notice": NOTICE})

    def _copy(self) -> None:
        if self.viewer.film_view.film is not None:
            picture = film_picture(self.viewer.film_view, opacity=self.viewer.overlay_opacity)
            QGuiApplication.clipboard().setImage(picture)
            self.viewer.messages.post(self.tr("The picture is on the clipboard."))

    def _step_opacity(self, by: int) -> None:
        self.viewer.heat_map_panel.opacity += by

    def _overlay_pressed(self) -> None:
        panel = self.viewer.heat_map_panel
        self._overlay_before = panel.overlay_shown
        panel.overlay_shown = False

    def _overlay_released(self, tapped: bool) -> None:
        before = self._overlay_before
        self.viewer.heat_map_panel.overlay_shown = not before if tapped else before

    def _set_full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _show_keys(self) -> None:
        sheet = CheatSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _name_film(self, film: Film) -> None:
        self.setWindowTitle(f"{film.path.name} - {_TITLE}")

    def _acknowledged(self) -> None:
        self._settings = replace(self._settings, acknowledged=NOTICE_VERSION)
        self._save()

    def _save(self) -> None:
        try:
            stored_settings.save(self._settings)
        except SettingsError as error:
            logger.error("settings not saved", exc_info=error)
            self.tell(error.sentence)

    def _place(self) -> QSettings:
        return QSettings(str(paths.user_dir() / "window.ini"), QSettings.Format.IniFormat)

    def _restore_place(self) -> None:
        geometry = self._place().value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(1600, room.width()), min(1000, room.height()))
