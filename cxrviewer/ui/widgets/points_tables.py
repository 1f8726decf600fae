"""What a report tells of the operating points, and of the bands around the balanced ones."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cxrviewer.core.reported_points import BAND_HEAD, POINT_HEAD, Rate, ReportedPoints
from cxrviewer.ui.widgets.plain_table import PlainTable
from cxrviewer.ui.widgets.section import text_label


class PointsTables(QWidget):
    """Two tables, each below the sentences that say what it is; nothing where it has no rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentences, self.bands_sentence = text_label(), text_label()
        self.points, self.bands = PlainTable(), PlainTable()
        self.points.setAccessibleName(self.tr("Operating points, with 95 % intervals"))
        self.bands.setAccessibleName(self.tr("Uncertain probabilities, with 95 % intervals"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.sentences, self.points, self.bands_sentence, self.bands):
            column.addWidget(widget)

    def show_points(self, told: ReportedPoints) -> None:
        """Show what a report tells."""
        self.sentences.setText("\n".join(told.sentences))
        self.bands_sentence.setText(told.bands_sentence)
        self.bands_sentence.setVisible(bool(told.bands_sentence))
        self.points.show_rows(POINT_HEAD, [_texts(row) for row in told.points], narrow=(1, 2))
        self.bands.show_rows(BAND_HEAD, [_texts(row) for row in told.bands], narrow=(1,))
        self.points.setVisible(bool(told.points))
        self.bands.setVisible(bool(told.bands))


def _texts(row: Sequence[str | Rate]) -> list[str]:
    return [cell if isinstance(cell, str) else _two_lines(cell) for cell in row]


def _two_lines(rate: Rate) -> str:
    value = f"{rate.value} ({rate.interval})" if rate.interval else rate.value
    return f"{value}\n{rate.counts}" if rate.counts else value
