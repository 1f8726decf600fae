"""What the Viewer's actions do, and the file dialogs they need."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from cxrviewer.core import paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.errors import ExportError
from cxrviewer.ui.film_picture import film_picture
from cxrviewer.ui.qimage import rgb_array
from cxrviewer.ui.viewer_tab import ViewerTab
from cxrviewer.ui.widgets.film_tools import Tool
from cxrviewer.ui.widgets.heat_map_panel import STEP
from cxrviewer.ui.widgets.hold_key import HoldKey
from cxrviewer.ui.widgets.message_bar import Kind

_ZOOM_KEY = 1.25


class ViewerCommands(QObject):
    """Carries out the actions that concern films."""

    def __init__(self, viewer: ViewerTab) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._overlay_before = True

    def connect_actions(self, actions: Mapping[str, QAction]) -> None:
        """Connect the Viewer's actions by their names."""
        viewer = self._viewer
        for name, slot in self._slots().items():
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        for name in ("window", "texts", "panels"):
            actions[name].setChecked(True)
        actions["texts"].toggled.connect(viewer.film_view.set_texts_shown)
        actions["panels"].toggled.connect(viewer.set_panels_shown)
        HoldKey(
            actions["overlay"],
            key=Qt.Key.Key_O,
            pressed=self._overlay_pressed,
            released=self._overlay_released,
        )
        viewer.empty_state.open_wanted.connect(self.ask_for_films)
        viewer.empty_state.folder_wanted.connect(self.ask_for_folder)

    def ask_for_films(self) -> None:
        """Let the user choose files and open them."""
        names, _ = QFileDialog.getOpenFileNames(
            self._viewer, self.tr("Open films"), self._last_folder()
        )
        self._viewer.open_films([Path(name) for name in names])

    def ask_for_folder(self) -> None:
        """Let the user choose a folder and open it."""
        name = QFileDialog.getExistingDirectory(
            self._viewer, self.tr("Open a folder of films"), self._last_folder()
        )
        self._viewer.open_films([Path(name)] if name else [])

    def export_picture(self, target: Path) -> None:
        """Write the view as on screen, with the notice burned in and in the file's text."""
        viewer = self._viewer
        picture = self._picture()
        path = target if target.suffix else target.with_suffix(".png")
        try:
            paths.spare_films(path, [entry.path for entry in viewer.films.entries])
        except ExportError as error:
            self._refuse(error.sentence)
            return
        text = {"Notice": NOTICE} | ({"Warning": self._warning} if self._warning else {})
        viewer.session.save_picture(rgb_array(picture), path, text=text)

    def _slots(self) -> dict[str, Callable[[], object]]:
        """Return what each action of the table does."""
        viewer, view = self._viewer, self._viewer.film_view
        return {
            "open": self.ask_for_films,
            "open_folder": self.ask_for_folder,
            "phantom": viewer.session.draw_phantom,
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
        }

    @property
    def _warning(self) -> str:
        """What speaks against the heat map that is drawn, empty where nothing does."""
        analysis = self._viewer.findings.analysis
        drawn = self._viewer.overlay_opacity > 0
        return analysis.reason if analysis is not None and drawn else ""

    def _picture(self) -> QImage:
        view, opacity = self._viewer.film_view, self._viewer.overlay_opacity
        return film_picture(view, opacity=opacity, warning=self._warning)

    def _last_folder(self) -> str:
        recent = self._viewer.settings.recent
        return str(Path(recent[0]).parent) if recent else str(Path.home())

    def _export(self) -> None:
        film = self._viewer.film_view.film
        if film is None:
            self._refuse(self.tr("There is no film to export; open one first."))
            return
        name, _ = QFileDialog.getSaveFileName(
            self._viewer,
            self.tr("Export the picture"),
            str(film.path.with_suffix("").with_name(f"{film.path.stem}-view.png")),
            self.tr("Pictures (*.png *.jpg *.tif)"),
        )
        if name:
            self.export_picture(Path(name))

    def _copy(self) -> None:
        viewer = self._viewer
        if viewer.film_view.film is not None:
            QGuiApplication.clipboard().setImage(self._picture())
            viewer.messages.post(self.tr("The picture is on the clipboard."))

    def _step_opacity(self, by: int) -> None:
        self._viewer.heat_map_panel.opacity += by

    def _overlay_pressed(self) -> None:
        panel = self._viewer.heat_map_panel
        self._overlay_before = panel.overlay_shown
        panel.overlay_shown = False

    def _overlay_released(self, tapped: bool) -> None:
        before = self._overlay_before
        self._viewer.heat_map_panel.overlay_shown = not before if tapped else before

    def _refuse(self, sentence: str) -> None:
        self._viewer.messages.post(sentence, kind=Kind.REFUSE)
