"""A model card as its file says, to be read and scrolled; nothing in it opens or loads anything."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextOption,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from cxrviewer.ui import theme

_MARGIN = 16.0
_CELL = 5.0
_ABOVE_HEADING, _BELOW = 12, 6
_LARGEST = 3  # a heading of the first level is two steps larger than the text
_MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class CardView(QTextBrowser):
    """Shows Markdown: links are plain words, pictures are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card_view")
        self.setOpenLinks(False)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # numbers in tables stay whole
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(self.tr("Model card"))

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Load nothing, wherever it lies."""
        return None

    def show_card(self, markdown: str) -> None:
        """Show a card from its beginning."""
        document = self.document()
        document.setMarkdown(markdown, _MARKDOWN)
        document.setDocumentMargin(_MARGIN)
        _set_apart(document)
        _unlink(document)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _draw_table(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def say(self, sentence: str) -> None:
        """Show a sentence in the place of a card."""
        self.document().setPlainText(sentence)
        self.document().setDocumentMargin(_MARGIN)


def _set_apart(document: QTextDocument) -> None:
    """Give headings and paragraphs room; headings as large as Qt makes them are for paper."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        form = block.blockFormat()
        level = form.headingLevel()
        if cursor.currentTable() is None:
            form.setTopMargin(_ABOVE_HEADING if level and block.position() else 0)
            form.setBottomMargin(_BELOW)
            cursor.setBlockFormat(form)
        if level:
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            large = QTextCharFormat()
            large.setProperty(QTextFormat.Property.FontSizeAdjustment, max(_LARGEST - level, 0))
            cursor.mergeCharFormat(large)
        block = block.next()


def _unlink(document: QTextDocument) -> None:
    """Turn links into the words they stand under."""
    plain = QTextCharFormat()
    plain.setAnchor(False)
    plain.setAnchorHref("")
    plain.setFontUnderline(False)
    plain.setForeground(theme.colour("text"))
    block = document.begin()
    while block.isValid():
        for start, length in _links(block):
            cursor = QTextCursor(document)
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(plain)
        block = block.next()


def _links(block: QTextBlock) -> list[tuple[int, int]]:
    """Return where the links of a paragraph begin, and how long they are."""
    found = []
    place = block.begin()
    while not place.atEnd():
        piece = place.fragment()
        if piece.charFormat().isAnchor():
            found.append((piece.position(), piece.length()))
        place += 1
    return found


def _draw_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(theme.colour("edge"))
    form.setBorderCollapse(True)
    form.setCellSpacing(0)
    form.setCellPadding(_CELL)
    form.setTopMargin(4)
    form.setBottomMargin(12)
    table.setFormat(form)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        head = cell.format()
        head.setBackground(theme.colour("raised"))
        cell.setFormat(head)
