"""The sections of a report, filled from a run's results; asks nobody for anything."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.promotion import BANNER
from cxrviewer.ui import theme
from cxrviewer.ui.figure_images import Figure
from cxrviewer.ui.run_results import RunResults
from cxrviewer.ui.widgets.confusion_matrix import ConfusionMatrix
from cxrviewer.ui.widgets.decision_bar import DecisionBar
from cxrviewer.ui.widgets.distribution_bars import DistributionBars
from cxrviewer.ui.widgets.figure_strip import FigureStrip
from cxrviewer.ui.widgets.film_inspector import FilmInspector
from cxrviewer.ui.widgets.film_tiles import FilmTiles
from cxrviewer.ui.widgets.left_out_list import LeftOutList
from cxrviewer.ui.widgets.measures_table import MeasuresTable
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.points_tables import PointsTables
from cxrviewer.ui.widgets.section import Section, text_label

_INSPECTOR, _INSPECTOR_HEIGHT = 320, 480
_FILMS = 440


class ResultsPage(QWidget):
    """All that a report shows, one section below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side_content")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.summary, self.shortcut, self.split = text_label(), text_label(), text_label()
        self.title = text_label()
        self.title.setObjectName("muted")
        self.summary.setObjectName("report_summary")
        self.summary.setFont(theme.tabular(self.font(), pixels=15))
        self.caution, self.banner, self.majority = (NoticeBox("warn") for _ in range(3))
        self.shortcut_box, self.overlap = NoticeBox("warn"), NoticeBox("warn")
        self.decision = DecisionBar()
        self.matrix = ConfusionMatrix()
        self.tiles = FilmTiles()
        self.tiles_title = QLabel()
        self.tiles_title.setObjectName("heading")
        self.tiles_title.setWordWrap(True)
        self.inspector = FilmInspector()
        self.measures = MeasuresTable()
        self.points = PointsTables()
        self.bars = DistributionBars()
        self.figures = FigureStrip()
        self.left_out = LeftOutList()
        self._build()

    def show_results(self, results: RunResults, figures: Sequence[Figure]) -> None:
        """Fill every section."""
        values = results.values
        self.title.setText(results.title)
        note = values.get("note")
        self.summary.setText(f"{results.summary}\n{note}" if note else results.summary)
        self.overlap.setVisible(bool(values.get("overlap")))
        self.overlap.tell(self.tr("Films it may know"), str(values.get("overlap") or ""))
        self.caution.setVisible(bool(values.get("caution")))
        self.caution.tell(self.tr("Off by default"), str(values.get("caution") or ""))
        self.banner.tell(
            BANNER if results.trained else self.tr("Measured on these films"),
            self.tr("{notice}. These figures hold for films like these and no others.").format(
                notice=NOTICE
            ),
        )
        self.majority.setVisible(bool(values.get("majority_classifier")))
        self.majority.tell(self.tr("Majority classifier"), self._majority_words(results))
        self.matrix.show_table(results.cells())
        self.measures.show_measures(values.get("per_class", {}), values.get("averages", {}))
        self.points.show_points(results.points)
        self.bars.show_counts(results.distribution())
        self.figures.show_figures(figures)
        self._show_shortcut(results.training.get("shortcuts"))
        self.split.setText(self._split_words(results))
        self.left_out.show_films(
            [(str(item.get("film", "")), str(item.get("reason", ""))) for item in _refused(results)]
        )
        self.inspector.show_nothing()

    def _build(self) -> None:
        films = QWidget()
        column = QVBoxLayout(films)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tiles_title)
        column.addWidget(self.tiles, 1)
        self.inspector.setFixedSize(_INSPECTOR, _INSPECTOR_HEIGHT)
        counted = QVBoxLayout()
        counted.setSpacing(16)
        counted.addWidget(self.matrix)
        counted.addWidget(Section(self.tr("CALLED, BESIDE WHAT IS SO"), self.bars))
        counted.addStretch(1)
        films.setMinimumHeight(_FILMS)
        trio = QHBoxLayout()
        trio.setSpacing(16)
        trio.addLayout(counted, 3)
        trio.addWidget(films, 4)
        trio.addWidget(self.inspector, 0, Qt.AlignmentFlag.AlignTop)
        pair = QHBoxLayout()
        pair.setSpacing(24)
        for section in (
            Section(self.tr("SHORTCUTS"), self.shortcut, self.shortcut_box),
            Section(self.tr("SPLIT"), self.split),
        ):
            pair.addWidget(section, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 12, 12, 12)
        page.setSpacing(16)
        warnings = QHBoxLayout()
        warnings.setSpacing(16)
        for box in (self.banner, self.overlap, self.majority):
            warnings.addWidget(box, 1)
        page.addWidget(self.title)
        page.addWidget(self.summary)
        page.addWidget(self.caution)
        page.addLayout(warnings)
        page.addWidget(self.decision)
        page.addLayout(trio)
        page.addWidget(Section(self.tr("EACH LABEL, WITH 95 % INTERVALS"), self.measures))
        page.addWidget(Section(self.tr("OPERATING POINTS, WITH 95 % INTERVALS"), self.points))
        page.addLayout(pair)
        page.addWidget(Section(self.tr("FIGURES"), self.figures))
        page.addWidget(Section(self.tr("FILMS LEFT OUT"), self.left_out))
        page.addStretch(1)

    def _majority_words(self, results: RunResults) -> str:
        words = (
            self.tr(
                "The model does not surely beat calling every film the most frequent label, which "
                "alone is right on {share} of the films."
            )
            if results.exclusive
            else self.tr(
                "The model does not surely beat giving each label its more frequent answer, which "
                "alone is right on {share} of the films a label is known of."
            )
        )
        return words.format(share=_percent(results.values.get("majority_share")))

    def _show_shortcut(self, found: dict[str, Any] | None) -> None:
        areas = [area for area in (found or {}).get("auroc", {}).values() if area is not None]
        warned = bool(found and found.get("warn"))
        self.shortcut_box.setVisible(warned)
        if not areas:
            self.shortcut.setText(self.tr("Not measured for these films."))
            return
        self.shortcut.setText(
            self.tr(
                "Size, brightness, sharpness and format alone, without any anatomy, tell the "
                "labels apart with AUROC up to {area:.2f}; 0.5 is chance."
            ).format(area=max(areas))
        )
        if warned:
            self.shortcut_box.tell(
                self.tr("Shortcut likely"),
                self.tr("The model may have learned the machine and the file, not the chest."),
            )

    def _split_words(self, results: RunResults) -> str:
        values, training = results.values, results.training
        films, patients = values.get("films", 0), values.get("patients", 0)
        if not training:
            return self.tr("{films:,} films of {patients:,} patients were asked about.").format(
                films=films, patients=patients
            )
        data = training.get("data", {})
        lines = [
            self.tr("{part}: {films:,} films of {patients:,} patients").format(
                part=part, films=films, patients=owners
            )
            for part, films, owners in zip(
                (self.tr("training"), self.tr("validation"), self.tr("test")),
                data.get("films", ()),
                data.get("patients", ()),
                strict=False,
            )
        ]
        for epoch in training.get("history", ())[:1]:
            lines.append(
                self.tr("learned from in an epoch, copies included: {films:,} films").format(
                    films=epoch["films"]
                )
            )
        by_image = data.get("split_by") == "image"
        lines.append(
            self.tr("Split by image: one patient may be on both sides, so figures flatter.")
            if by_image
            else self.tr("Split by patient: no patient stands in two parts.")
        )
        return "\n".join(lines)


def _refused(results: RunResults) -> list[dict[str, Any]]:
    found = results.values.get("refused", [])
    return [
        item if isinstance(item, dict) else {"film": item[0], "reason": item[1]} for item in found
    ]


def _percent(share: float | None) -> str:
    return "an unknown share" if share is None else f"{100 * share:.1f} %"
