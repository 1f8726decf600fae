"""The installed models to choose from: those to use, those off by default, those damaged."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cxrviewer.core.bundle import Bundle
from cxrviewer.core.errors import BundleError
from cxrviewer.ui import theme

_ENTRY = Qt.ItemDataRole.UserRole
_WIDTH = 288
_LINE = 18
_MARGIN = 12
_HEADING_HEIGHT = 36

Index = QModelIndex | QPersistentModelIndex


class ModelList(QListWidget):
    """Lists models in their groups; arrow keys and mouse choose one.

    Signals
    -------
    model_chosen(Bundle or BundleError)
    """

    model_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_list")
        self.setAccessibleName(self.tr("Models"))
        self.setFixedWidth(_WIDTH)
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._choose)

    @property
    def chosen(self) -> Bundle | BundleError | None:
        """The model the list stands at, or what is wrong with it."""
        item = self.currentItem()
        found: Bundle | BundleError | None = item.data(_ENTRY) if item else None
        return found

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything in the list from top to bottom, as a screen reader tells it."""
        return tuple(
            self.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(self.count())
        )

    def show_models(
        self, bundles: Sequence[Bundle], errors: Sequence[BundleError], *, in_use: str
    ) -> None:
        """Fill the list; it stands at the model in use, else at the first."""
        usual = [bundle for bundle in bundles if not bundle.manifest.off_by_default]
        off = [bundle for bundle in bundles if bundle.manifest.off_by_default]
        for bundle in usual:
            self._add(bundle, in_use=in_use)
        self._head(self.tr("OFF BY DEFAULT"), off)
        for bundle in off:
            self._add(bundle, in_use=in_use)
        self._head(self.tr("CANNOT BE USED"), errors)
        for error in errors:
            self._put(error, (self.tr("Damaged model"), error.sentence))

    def choose(self, model: str) -> None:
        """Go to a model, or to the first if there is none of this id."""
        entries = [self.item(row).data(_ENTRY) for row in range(self.count())]
        ids = [entry.manifest.id if isinstance(entry, Bundle) else "" for entry in entries]
        first = next((row for row, entry in enumerate(entries) if entry is not None), -1)
        self.setCurrentRow(ids.index(model) if model in ids else first)

    def _add(self, bundle: Bundle, *, in_use: str) -> None:
        manifest = bundle.manifest
        mark = self.tr("  ·  in use") if manifest.id == in_use else ""
        labels = ", ".join(label.name for label in manifest.labels)
        self._put(bundle, (manifest.name, f"{manifest.id} {manifest.version}{mark}", labels))

    def _head(self, heading: str, follows: Sequence[object]) -> None:
        if follows:
            item = self._put(None, (heading,))
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _put(self, entry: Bundle | BundleError | None, lines: tuple[str, ...]) -> QListWidgetItem:
        item = QListWidgetItem("\n".join(lines), self)
        item.setData(_ENTRY, entry)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(lines))
        if len(lines) > 1:
            item.setToolTip("\n".join(lines))
        return item

    def _choose(self) -> None:
        if self.chosen is not None:
            self.model_chosen.emit(self.chosen)


class _Row(QStyledItemDelegate):
    """Paints a name over what belongs to it, or a heading."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for the lines."""
        lines = str(index.data()).count("\n") + 1
        return QSize(1, _HEADING_HEIGHT if lines == 1 else lines * _LINE + 2 * _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the lines, the first the brightest; the chosen row has an edge."""
        title, *rest = str(index.data()).split("\n")
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour("hover"))
            painter.fillRect(area.left(), area.top(), 3, area.height(), theme.colour("accent"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        place = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        place.setHeight(_LINE)
        self._write(painter, option, place, title, bright=bool(rest))
        for line in rest:
            place.translate(0, _LINE)
            self._write(painter, option, place, line, bright=False)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        place: QRect,
        line: str,
        *,
        bright: bool,
    ) -> None:
        painter.setFont(theme.tabular(option.font, pixels=13 if bright else 12))
        painter.setPen(theme.colour("text" if bright else "muted"))
        shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
