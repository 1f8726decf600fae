"""The window: its two tabs, keys, drops, and what is kept between two sessions."""

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
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.core import paths
from cxrviewer.core import settings as stored_settings
from cxrviewer.core.errors import SettingsError
from cxrviewer.core.film import Film
from cxrviewer.core.logs import logger
from cxrviewer.core.settings import Settings
from cxrviewer.ui import theme
from cxrviewer.ui.actions import ACTIONS, TABS, make_actions
from cxrviewer.ui.model_change import ModelChange
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.viewer_commands import ViewerCommands
from cxrviewer.ui.viewer_tab import ViewerTab
from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION, Acknowledgement
from cxrviewer.ui.widgets.cheat_sheet import CheatSheet
from cxrviewer.ui.widgets.message_bar import Kind
from cxrviewer.ui.widgets.models_dialog import ModelsDialog
from cxrviewer.ui.widgets.own_keys import keeps
from cxrviewer.ui.widgets.question import Question
from cxrviewer.ui.widgets.tool_bar import ToolBar

_TITLE = "cxrviewer"
_VIEWER, _TRAIN = TABS


class MainWindow(QMainWindow):
    """The one window of the program."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._started = False
        self._may_close = False
        self._train: TrainTab | None = None
        self.setWindowTitle(_TITLE)
        self.setWindowIcon(QIcon(theme.pixmap("app", size=64)))
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.models = ModelChange(settings, self)
        self.viewer = ViewerTab(settings)
        self.commands = ViewerCommands(self.viewer)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.viewer)
        self.setCentralWidget(self._centre())
        self.actions_by_name = make_actions(self)
        self._tool_bar = ToolBar(self.actions_by_name, self)
        self.addToolBar(self._tool_bar)
        self._connect()
        self.show_tab(_VIEWER)
        self._restore_place()

    @property
    def train(self) -> TrainTab:
        """The Train tab, built when it is first wanted: most windows never train."""
        if self._train is None:
            self._train = TrainTab(self._chosen(), self.models)
            self._pages.addWidget(self._train)
            self._train.film_wanted.connect(lambda film: self.open_films([film]))
            self._train.told.connect(self.viewer.status.set_training)
        return self._train

    @property
    def tab(self) -> str:
        """Name of the tab on screen."""
        return _VIEWER if self._pages.currentWidget() is self.viewer else _TRAIN

    def show_tab(self, name: str) -> None:
        """Show one tab, its actions and its keys."""
        self._pages.setCurrentWidget(self.viewer if name == _VIEWER else self.train)
        for spec in ACTIONS:
            self.actions_by_name[spec.name].setVisible(spec.tab in ("", name))
        self._tool_bar.show_tab(name)
        self.viewer.status.set_film_shown(name == _VIEWER)

    def open_films(self, films: list[Path]) -> None:
        """Open files and folders, as if dropped on the Viewer."""
        if films:
            self.show_tab(_VIEWER)
            self.viewer.open_films(films)

    def open_phantom(self) -> None:
        """Open the demonstration film, drawing it if need be."""
        self.viewer.session.draw_phantom()

    def tell(self, sentence: str) -> None:
        """Show what went wrong in the message bar of the tab on screen."""
        shown = self.viewer if self.tab == _VIEWER else self.train
        shown.messages.post(sentence, kind=Kind.REFUSE)

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
        if self._train is not None and self._train.session.state.running and not self._may_close:
            event.ignore()
            self._ask_before_closing()
            return
        self._save()
        place = self._place()
        place.setValue("geometry", self.saveGeometry())
        place.sync()
        self.viewer.session.close()
        self.models.close()
        if self._train is not None:
            self._train.close_session()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._frame_drop(shown=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the frame away."""
        self._frame_drop(shown=False)
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
        """Open what was dropped, as films or as data to learn from."""
        self._frame_drop(shown=False)
        local = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not local:
            self.tell(self.tr("Only files of this computer can be opened; save the film first."))
            return
        event.acceptProposedAction()
        if self.tab == _VIEWER:
            self.open_films(local)
        else:
            self.train.take_dropped(local)

    def _centre(self) -> QWidget:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.viewer.status)
        return centre

    def _connect(self) -> None:
        actions = self.actions_by_name
        self.commands.connect_actions(actions)
        slots: dict[str, Callable[[], object]] = {
            "tab_viewer": partial(self.show_tab, _VIEWER),
            "tab_train": partial(self.show_tab, _TRAIN),
            "models": self._show_models,
            "evaluate": self._evaluate,
            "history": self._show_history,
            "keys": self._show_keys,
            "quit": self.close,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
        actions["full_screen"].toggled.connect(
            lambda on: self.showFullScreen() if on else self.showNormal()
        )
        self._tool_bar.tab_chosen.connect(self.show_tab)
        self.viewer.film_shown.connect(self._name_film)
        self.viewer.status.models_wanted.connect(self._show_models)
        self.models.changed.connect(self._use_model)

    def _frame_drop(self, *, shown: bool) -> None:
        target = self.viewer if self.tab == _VIEWER else self.train
        target.set_drop_shown(shown=shown)

    def _use_model(self, settings: Settings) -> None:
        """Let the Viewer work with the model that is in use now."""
        self._settings = replace(
            self._settings, model=settings.model, models_before=settings.models_before
        )
        self.viewer.use_model(settings.model)
        self._save()

    def _ask_before_closing(self) -> None:
        kept = (
            self.tr(
                "What it has learned by the last whole epoch is kept, and it can go on from there "
                "later."
            )
            if self.train.session.can_go_on
            else self.tr("Its first epoch is not done, so nothing of it is kept.")
        )
        question = Question(
            self.tr("A training is running"),
            self.tr("Closing the window ends it. {kept}").format(kept=kept),
            accept=self.tr("Stop and close"),
            reject=self.tr("Stay"),
            parent=self,
        )
        question.accepted.connect(self._close_anyway)
        question.open()

    def _close_anyway(self) -> None:
        self._may_close = True
        self.close()

    def _evaluate(self) -> None:
        self.train.ask_to_evaluate()

    def _show_history(self) -> None:
        self.train.show_history()

    def _show_models(self) -> None:
        dialog = ModelsDialog(self.models.model, parent=self)
        dialog.use_wanted.connect(self.models.choose)
        self.models.chosen.connect(dialog.accept)
        self.models.not_chosen.connect(dialog.refuse)
        dialog.open()

    def _show_keys(self) -> None:
        sheet = CheatSheet(self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _name_film(self, film: Film) -> None:
        self.setWindowTitle(f"{film.path.name} - {_TITLE}")

    def _acknowledged(self) -> None:
        self._settings = replace(self._settings, acknowledged=NOTICE_VERSION)
        self._save()

    def _chosen(self) -> Settings:
        """Return the settings with what was changed in the tabs."""
        seen = self.viewer.settings
        return replace(
            self._settings,
            overlay_opacity=seen.overlay_opacity,
            cam_method=seen.cam_method,
            operating_point=seen.operating_point,
            prevalences=seen.prevalences,
            recent=seen.recent,
            weights_folder=self._train.weights_folder
            if self._train
            else self._settings.weights_folder,
        )

    def _save(self) -> None:
        try:
            stored_settings.save(self._chosen())
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
