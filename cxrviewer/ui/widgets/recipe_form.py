"""The few things a training needs to be told: recipe, network, and where it starts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.core.recipe import WHOLE, Recipe
from cxrviewer.core.recipes import DEFAULT_RECIPE, RECIPES
from cxrviewer.ui.widgets.backbone_titles import offered, title
from cxrviewer.ui.widgets.choice_box import ChoiceBox
from cxrviewer.ui.widgets.marked_field import MarkedField
from cxrviewer.ui.widgets.weights_box import WeightsBox


class RecipeForm(QWidget):
    """Chooses recipe, network and starting weights.

    Signals
    -------
    recipe_changed
        Another recipe or network was chosen, so all defaults are others.
    changed
        Anything was changed.
    """

    recipe_changed = Signal()
    changed = Signal()

    def __init__(self, *, weights_folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = ChoiceBox(self.tr("Recipe"))
        for recipe in RECIPES.values():
            self._recipe.addItem(recipe.title, recipe.name)
        self._backbone = ChoiceBox(self.tr("Network"))
        self.weights = WeightsBox(weights_folder)
        self._about = QLabel()
        self._about.setObjectName("muted")
        self._about.setWordWrap(True)
        self._warning = QLabel()
        self._warning.setObjectName("warn_text")
        self._warning.setWordWrap(True)
        self.fields = {
            "recipe": MarkedField(self.tr("recipe"), self._recipe),
            "backbone": MarkedField(self.tr("network"), self._backbone),
            "weights": MarkedField(self.tr("ImageNet"), self.weights),
        }
        self._build()
        self._recipe.setCurrentIndex(list(RECIPES).index(DEFAULT_RECIPE))
        self._recipe.currentIndexChanged.connect(self._take_recipe)
        self._backbone.activated.connect(self._take_backbone)
        self.weights.changed.connect(self._warn)
        self.weights.changed.connect(self.changed)
        self._offer_backbones()

    @property
    def recipe(self) -> Recipe:
        """The recipe that is chosen."""
        return RECIPES[str(self._recipe.currentData())]

    @property
    def backbone(self) -> str:
        """The network that is chosen."""
        return str(self._backbone.currentData() or self.recipe.backbone)

    @property
    def warning(self) -> str:
        """What should be known of the chosen start, empty for nothing."""
        return self._warning.text()

    def choose(self, recipe: str, *, backbone: str = "") -> None:
        """Choose a recipe and a network by their names."""
        self._recipe.setCurrentIndex(self._recipe.findData(recipe))
        place = self._backbone.findData(backbone)
        if place >= 0:
            self._backbone.setCurrentIndex(place)
            self._take_backbone()

    def show_settings(self, recipe: Recipe) -> None:
        """Say in two lines what a training would do, with all that was changed."""
        phases = ", ".join(
            (
                self.tr("{name} 1 epoch") if phase.epochs == 1 else self.tr("{name} {n} epochs")
            ).format(name=phase.name, n=phase.epochs)
            for phase in recipe.phases
        )
        split = " / ".join(f"{share * 100:.0f}" for share in recipe.split)
        self._about.setText(
            self.tr("{source}\n{phases}  ·  {size} px  ·  split {split} %").format(
                source=recipe.source, phases=phases, size=recipe.input_size, split=split
            )
        )

    def _build(self) -> None:
        second = QHBoxLayout()
        second.setSpacing(8)
        # What is wrong with one of them moves the other not.
        second.addWidget(self.fields["backbone"], 4, Qt.AlignmentFlag.AlignTop)
        second.addWidget(self.fields["weights"], 5, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.fields["recipe"])
        column.addLayout(second)
        column.addWidget(self._about)
        column.addWidget(self._warning)

    def _take_recipe(self) -> None:
        self._offer_backbones()
        self.recipe_changed.emit()
        self.changed.emit()

    def _take_backbone(self) -> None:
        self._warn()
        self.recipe_changed.emit()
        self.changed.emit()

    def _offer_backbones(self) -> None:
        named, others = offered(self.recipe)
        self._backbone.clear()
        for name in named:
            self._backbone.addItem(title(name), name)
        self._backbone.insertSeparator(len(named))
        for name in others:
            self._backbone.addItem(title(name), name)
        self._warn()

    def _warn(self) -> None:
        self.weights.set_backbone(title(self.backbone))
        self._warning.setText(self._warning_words())
        self._warning.setVisible(bool(self._warning.text()))

    def _warning_words(self) -> str:
        recipe = self.recipe
        if self.weights.weights or not recipe.pretrained:
            return ""
        if all(phase.unfrozen == WHOLE for phase in recipe.phases):
            return self.tr(
                "From scratch: this recipe is meant to start from ImageNet weights; without them "
                "it needs far more films and epochs."
            )
        return self.tr(
            "From scratch: the frozen layers stay random and know nothing of pictures, so expect "
            "a weak model. Point to a folder of ImageNet weights, or download them."
        )
