"""The report of a run in the window: numbers, films behind them, and one decision."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core import run_files
from cxrviewer.core.analysis import Analysis
from cxrviewer.core.paired import Comparison
from cxrviewer.core.settings import Settings
from cxrviewer.ui.figure_images import Figure
from cxrviewer.ui.report_session import ReportSession
from cxrviewer.ui.run_results import Prediction, RunResults
from cxrviewer.ui.widgets.film_layers import FilmLayers, HeatLayer
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.results_page import ResultsPage


class ReportView(QWidget):
    """Shows the results of one run.

    Signals
    -------
    use_wanted(Path)
        The model of the run in this folder is to be taken into use.
    keep_wanted
        The model in use stays.
    back_wanted
        The model in use before is wanted back.
    film_wanted(Path)
        A film is to be opened in the viewer.
    """

    use_wanted = Signal(object)
    keep_wanted = Signal()
    back_wanted = Signal()
    film_wanted = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_view")
        self._model = settings.model
        self._results: RunResults | None = None
        self._comparison: Comparison | None = None
        self.session = ReportSession(settings, self)
        self.page = ResultsPage()
        self._empty = QLabel()
        self._failed = NoticeBox("refuse")
        self._told = QLabel()
        self._told.setObjectName("muted")
        self.open_button = QPushButton(self.tr("Open the report"))
        self.export_button = QPushButton(self.tr("Export…"))
        self._build()
        self._connect()
        self._say(self.tr("The report stands here when a run has ended"))

    @property
    def results(self) -> RunResults | None:
        """What is on screen."""
        return self._results

    @property
    def comparison(self) -> Comparison | None:
        """The paired test of the run on screen with the model in use, once it is made."""
        return self._comparison

    @property
    def told(self) -> str:
        """What stands in place of a report, or below it."""
        shown = self._stack.currentWidget()
        if shown is self._empty:
            return self._empty.text()
        return self._failed.reason if shown is self._failed else self._told.text()

    def show_run(self, folder: Path) -> None:
        """Show the results in a run's folder; they are read off the window's thread."""
        self._results = self._comparison = None
        self._told.setText("")
        self._say(self.tr("Reading the report"))
        self.session.open(folder)

    def set_model_in_use(self, model: str) -> None:
        """Take the model that later runs are compared with."""
        self._model = model

    def compare_with(self, model: str) -> None:
        """Take the model that is in use now, and compare the run on screen with it anew."""
        self._model, self._comparison = model, None
        if self._results is not None and self._results.trained:
            self.page.decision.show_comparing(model)
            self._compare()

    def show_used(self, model: str, before: str) -> None:
        """Say that the run's model is in use."""
        self._model = model
        self.page.decision.show_used(model, before)

    def show_kept(self) -> None:
        """Say that the model in use stays."""
        self.page.decision.show_kept(self._model)

    def refuse_use(self, sentence: str) -> None:
        """Say why the run's model cannot be taken into use."""
        self.page.decision.refuse(sentence)

    def shut_down(self) -> bool:
        """End threads and children; False if one did not end in time."""
        return self.session.close()

    def _build(self) -> None:
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setObjectName("empty_title")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("Report"))
        self._scroll.setWidget(self.page)
        self._stack = QStackedWidget()
        for widget in (self._empty, self._failed, self._scroll):
            self._stack.addWidget(widget)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 8)
        foot.setSpacing(8)
        foot.addWidget(self._told, 1)
        foot.addWidget(self.open_button)
        foot.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        session, page = self.session, self.page
        session.opened.connect(self._take_results)
        session.failed.connect(self._fail)
        session.thumbnail_made.connect(page.tiles.set_thumbnail)
        session.exported.connect(self._tell_exported)
        session.export_failed.connect(self._told.setText)
        session.compared.connect(self._take_comparison)
        session.comparison_failed.connect(page.decision.show_incomparable)
        session.film_shown.connect(self._take_film)
        session.film_refused.connect(lambda _path, sentence: page.inspector.refuse(sentence))
        session.analysed.connect(self._take_analysis)
        session.analysis_failed.connect(page.inspector.refuse_map)
        page.matrix.cell_chosen.connect(self.show_cell)
        page.tiles.thumbnails_wanted.connect(session.draw)
        page.tiles.film_chosen.connect(self._choose_film)
        page.inspector.film_wanted.connect(self.film_wanted)
        page.decision.use_wanted.connect(self._want_use)
        page.decision.keep_wanted.connect(self.keep_wanted)
        page.decision.back_wanted.connect(self.back_wanted)
        self.open_button.clicked.connect(self._open_page)
        self.export_button.clicked.connect(self._ask_for_export)

    def show_cell(self, row: int, column: int) -> None:
        """Show the films of one cell of the confusion matrix."""
        if self._results is None:
            return
        table = self._results.cells()
        films = table.films.get((row, column), ())
        words = (
            self.tr("{count} films of {row}, called {column}")
            if table.exclusive
            else self.tr("{count} films of {row}: {column}")
        )
        self.page.tiles_title.setText(
            words.format(count=len(films), row=table.rows[row], column=table.columns[column])
        )
        self.page.tiles.show_films(films)

    def _say(self, sentence: str) -> None:
        self._empty.setText(sentence)
        self._stack.setCurrentWidget(self._empty)
        self._allow(shown=False)

    def _allow(self, *, shown: bool) -> None:
        self.open_button.setEnabled(shown)
        self.export_button.setEnabled(shown)

    def _fail(self, _folder: Path, sentence: str) -> None:
        self._failed.tell(self.tr("No report"), sentence)
        self._stack.setCurrentWidget(self._failed)
        self._allow(shown=False)

    def _take_results(self, results: RunResults, figures: list[Figure]) -> None:
        self._results = results
        self.page.show_results(results, figures)
        self._show_errors(results)
        self._stack.setCurrentWidget(self._scroll)
        self._allow(shown=True)
        self.page.decision.setVisible(results.trained)
        if results.trained:
            self.page.decision.show_comparing(self._model)
            # The page is painted first: starting a thread under load may take some frames.
            QTimer.singleShot(0, self, self._compare)

    def _compare(self) -> None:
        self.session.compare(self._model)

    def _show_errors(self, results: RunResults) -> None:
        errors = results.errors()
        words = (
            self.tr("Worst errors first: {count:,} of {all:,} test films")
            if errors
            else self.tr("No errors: {all:,} test films called rightly")
        )
        self.page.tiles_title.setText(words.format(count=len(errors), all=len(results.predictions)))
        self.page.tiles.show_films(errors)

    def _choose_film(self, film: Prediction) -> None:
        if self._results is None:
            return
        inspector = self.page.inspector
        inspector.wait(film)
        ratio = self.devicePixelRatioF()
        room = (round(inspector.view.width() * ratio), round(inspector.view.height() * ratio))
        self.session.show_film(film.path, model=self._results.model, room=room)

    def _take_film(self, layers: FilmLayers) -> None:
        self.page.inspector.show_film(layers)
        self.session.analyse(place=self.page.inspector.view.heat_place)

    def _take_analysis(self, analysis: Analysis, drawn: HeatLayer | None) -> None:
        self.page.inspector.show_analysis(analysis, drawn)

    def _take_comparison(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.page.decision.show_comparison(comparison)

    def _want_use(self) -> None:
        if self._results is not None:
            self.use_wanted.emit(self._results.folder)

    def _open_page(self) -> None:
        if self._results is not None:
            page = self._results.folder / run_files.REPORT_PAGE
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))

    def _ask_for_export(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Export the report to a folder"))
        if name:
            self.session.export(Path(name))

    def _tell_exported(self, target: Path) -> None:
        self._told.setText(self.tr("Exported to {folder}.").format(folder=target))
