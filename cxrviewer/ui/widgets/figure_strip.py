"""The report's pictures side by side; one opens large, to zoom."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPixmap, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QDialog,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.analysis import NOTICE
from cxrviewer.ui import theme
from cxrviewer.ui.figure_images import SMALL, Figure

_LARGE = QSize(900, 720)
_STEP = 1.25


class FigureStrip(QWidget):
    """Shows pictures small, with their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figure_strip")
        self._buttons: list[QToolButton] = []
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Figures"))
        self._scroll.setFixedHeight(SMALL.height() + 60)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """One a picture."""
        return tuple(self._buttons)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show pictures with their names."""
        content = QWidget()
        content.setObjectName("side_content")
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._buttons = [self._button(figure) for figure in figures]
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        self._scroll.setWidget(content)
        self.setVisible(bool(figures))

    def _button(self, figure: Figure) -> QToolButton:
        button = QToolButton()
        button.setObjectName("figure")
        button.setText(figure.name)
        button.setToolTip(self.tr("Show {name} large").format(name=figure.name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(QIcon(QPixmap.fromImage(figure.small)))
        button.setIconSize(SMALL)
        button.clicked.connect(
            lambda: FigureDialog(figure.name, figure.image, self.window()).open()
        )
        return button


class FigureDialog(QDialog):
    """One picture, with wheel, + and - to zoom and the mouse to move it."""

    def __init__(self, name: str, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figure_dialog")
        self.setWindowTitle(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(_LARGE)
        self._scene = QGraphicsScene(self)
        self._scene.addPixmap(QPixmap.fromImage(image)).setTransformationMode(
            Qt.TransformationMode.SmoothTransformation
        )
        self.view = _ZoomView(self._scene)
        notice = QLabel(NOTICE)
        notice.setObjectName("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.view, 1)
        column.addWidget(notice)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the whole picture."""
        super().showEvent(event)
        self.view.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)


class _ZoomView(QGraphicsView):
    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(scene)
        self.setBackgroundBrush(theme.colour("surround"))
        self.setFrameShape(self.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor."""
        self._zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -."""
        steps = {"+": _STEP, "=": _STEP, "-": 1 / _STEP}
        if event.text() in steps:
            self._zoom(steps[event.text()])
            return
        super().keyPressEvent(event)

    def _zoom(self, factor: float) -> None:
        self.scale(factor, factor)
