"""Which models there are, the card of each, and the one to be used."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.bundle import Bundle, installed_bundles, read_card
from cxrviewer.core.errors import BundleError
from cxrviewer.ui.widgets.card_view import CardView
from cxrviewer.ui.widgets.model_list import ModelList
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.question import Question
from cxrviewer.ui.widgets.section import text_label

_SIZE = QSize(1120, 760)
_AROUND = QSize(64, 64)
_DIGITS = 12


class ModelsDialog(QDialog):
    """Shows the installed models and asks for one.

    Signals
    -------
    use_wanted(str)
        Id of the model that is to be used; of one with a caution only after it was read.
    """

    use_wanted = Signal(str)

    def __init__(self, in_use: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_dialog")
        self.setWindowTitle(self.tr("Models"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._in_use = in_use
        self.models = ModelList()
        self.title, self.facts, self.flaw = text_label(), text_label(), text_label()
        self.title.setObjectName("empty_title")
        self.facts.setObjectName("muted")
        self.flaw.setObjectName("flaw")
        self.caution, self.damage = NoticeBox("warn"), NoticeBox("refuse")
        self.damage.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.card = CardView()
        self.use, self.leave = QPushButton(), QPushButton(self.tr("Close"))
        self.use.setObjectName("primary")
        self.use.setDefault(True)
        self._build()
        room = parent.size() - _AROUND if parent is not None else _SIZE
        self.resize(_SIZE.boundedTo(room))
        self.models.model_chosen.connect(self._show)
        self.use.clicked.connect(self._ask)
        self.leave.clicked.connect(self.reject)
        self._fill()

    def refuse(self, sentence: str) -> None:
        """Say why the model cannot be used; the one before stays."""
        self._show(self.models.chosen)
        self.flaw.setText(sentence)
        self.flaw.show()

    def _build(self) -> None:
        foot = QLabel(NOTICE)
        foot.setObjectName("muted")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(foot, 1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.use)
        right = QVBoxLayout()
        right.setSpacing(8)
        for part in (self.title, self.facts, self.caution, self.damage, self.flaw):
            right.addWidget(part)
        right.addWidget(self.card, 1)
        right.addStretch(0)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 12)
        row.setSpacing(16)
        row.addWidget(self.models)
        row.addLayout(right, 1)

    def _fill(self) -> None:
        bundles, errors = installed_bundles()
        self._show(None)
        self.models.show_models(bundles, errors, in_use=self._in_use)
        self.models.choose(self._in_use)
        self.models.setFocus()

    def _show(self, entry: Bundle | BundleError | None) -> None:
        bundle = entry if isinstance(entry, Bundle) else None
        self.title.setVisible(bundle is not None)
        self.facts.setVisible(bundle is not None)
        self.card.setVisible(bundle is not None)
        self.caution.hide()
        self.flaw.hide()
        self.damage.setVisible(bundle is None)
        self._offer(bundle)
        if bundle is not None:
            self._show_bundle(bundle)
        elif isinstance(entry, BundleError):
            self.damage.tell(self.tr("Cannot be used"), entry.sentence)
        else:
            self.damage.tell(self.tr("No model"), self.tr("No model is installed."))

    def _show_bundle(self, bundle: Bundle) -> None:
        manifest = bundle.manifest
        self.title.setText(manifest.name)
        self.facts.setText(
            self.tr("{id} {version}  ·  {labels}\nLicence: {licence}\nWeights: {digits}…").format(
                id=manifest.id,
                version=manifest.version,
                labels=", ".join(label.name for label in manifest.labels),
                licence=manifest.licence,
                digits=manifest.weights_sha256[:_DIGITS],
            )
        )
        if manifest.caution:
            self.caution.tell(self.tr("Off by default"), manifest.caution)
            self.caution.show()
        try:
            self.card.show_card(read_card(bundle))
        except BundleError as error:
            self.card.say(error.sentence)

    def _offer(self, bundle: Bundle | None) -> None:
        used = bundle is not None and bundle.manifest.id == self._in_use
        self.use.setText(self.tr("In use") if used else self.tr("Use this model"))
        self.use.setEnabled(bundle is not None and not used)

    def _ask(self) -> None:
        bundle = self.models.chosen
        if not isinstance(bundle, Bundle):
            return
        if not bundle.manifest.caution:
            self._use(bundle)
            return
        question = Question(
            self.tr("Off by default"),
            bundle.manifest.caution,
            accept=self.tr("Use it all the same"),
            reject=self.tr("Cancel"),
            parent=self,
        )
        question.accepted.connect(lambda: self._use(bundle))
        question.open()

    def _use(self, bundle: Bundle) -> None:
        self.flaw.hide()
        self.use.setEnabled(False)
        self.use.setText(self.tr("Checking the model"))
        self.use_wanted.emit(bundle.manifest.id)
