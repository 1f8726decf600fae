"""What a diagram holds once it is drawn."""

import pyqtgraph
from PySide6.QtWidgets import QApplication

from cxrviewer.ui.widgets.plot import Plot


def drawn(plot: Plot) -> dict[str, list[list[float]]]:
    """What the diagram holds: name of each line -> its x and y."""
    QApplication.processEvents()
    assert plot.canvas is not None
    items = plot.canvas.getPlotItem().listDataItems()
    named = [item for item in items if item.name()]
    return {item.name(): [list(map(float, axis)) for axis in item.getData()] for item in named}


def words_of(plot: Plot) -> list[pyqtgraph.TextItem]:
    assert plot.canvas is not None
    items = plot.canvas.getPlotItem().items
    return [item for item in items if isinstance(item, pyqtgraph.TextItem)]
