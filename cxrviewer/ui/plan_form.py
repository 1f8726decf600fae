"""What the controls of the Train tab ask for, as a plan, and what is wrong with it."""

import datetime
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import keep_apart
from cxrviewer.ui.widgets.advanced_drawer import AdvancedDrawer
from cxrviewer.ui.widgets.data_panel import DataPanel
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.watch_panel import WatchPanel

# Settings that are mended in the column of the films.
_OF_FILMS = ("data", "patients_from", "split_by", "left_out")


@dataclass(frozen=True, kw_only=True)
class PlanControls:
    """The parts of the tab that a plan is read from."""

    data: DataPanel
    run: RunPanel
    drawer: AdvancedDrawer
    watch: WatchPanel


class PlanForm(QObject):
    """Reads a plan from the controls and marks the one that is in the way.

    Signals
    -------
    mend_wanted
        A setting of the drawer is to be mended, so the drawer is to be shown.
    """

    mend_wanted = Signal()

    def __init__(self, controls: PlanControls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on = controls
        controls.run.form.recipe_changed.connect(self._take_recipe)
        controls.drawer.edited.connect(self.check)
        controls.data.changed.connect(self.check)
        self._take_recipe()

    def plan(self) -> TrainingPlan:
        """Return what the controls ask for.

        Raises
        ------
        PlanError
            If a value cannot be used; `field` names it.
        """
        plan = self._asked()
        if self._on.data.chooser.data is None:
            raise PlanError(self.tr("Choose films first."), field="data")
        return plan

    def show_plan(self, plan: TrainingPlan) -> None:
        """Fill the controls from a plan."""
        form = self._on.run.form
        form.choose(plan.recipe, backbone=plan.settings.backbone)
        # What was changed for another plan does not belong to this one.
        self._take_recipe()
        form.weights.use_weights(plan.weights)
        self._on.drawer.use_folder(plan.out.parent)
        self._on.drawer.take(plan.changes, name=plan.bundle_id, seed=str(plan.seed))
        self._on.data.show_plan(plan)

    def with_plan(self, act: Callable[[TrainingPlan], None]) -> None:
        """Do something with the plan, or mark the control that is in the way."""
        self.mark("", "")
        try:
            plan = self.plan()
        except PlanError as error:
            self.mark(error.field, error.sentence)
            return
        act(plan)

    def can_write(self, out: Path) -> bool:
        """Tell whether a run may be written to a folder; mark where it is named if not."""
        self.mark("", "")
        data = self._on.data.chooser.data
        try:
            if data is not None:
                keep_apart(out, data)
            out.parent.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=out if out.exists() else out.parent).close()
        except OSError:
            sentence = self.tr(
                "Nothing can be written to the folder {folder}; choose one you may write to."
            )
            self.mark("out", sentence.format(folder=out.parent))
            return False
        except PlanError as error:
            self.mark(error.field, error.sentence)
            return False
        return True

    def free_folder(self, name: str) -> Path:
        """Return a folder among the runs that is not there yet."""
        wanted = free = self._on.drawer.folder / name
        number = 1
        while _is_there(free):
            number += 1
            free = wanted.with_name(f"{name}-{number}")
        return free

    def check(self) -> None:
        """Mark what cannot be used as soon as it is written."""
        self.mark("", "")
        try:
            self._asked()
        except PlanError as error:
            self.mark(error.field, error.sentence)

    def mark(self, field: str, sentence: str) -> None:
        """Mark one control and no other; with an empty field, none."""
        self._on.run.mark(field, sentence)
        self._on.data.mark(sentence if field in _OF_FILMS else "")
        if self._on.drawer.mark(field, sentence):
            self.mend_wanted.emit()

    def use_rate(self, rate: float) -> None:
        """Learn the first phase that has epochs at this rate; others keep their share of it."""
        phases = self._on.run.form.recipe.phases
        epochs = self._on.drawer.rows["epochs"].text.split(",")
        pairs = zip(phases, epochs, strict=False)
        first = next((phase for phase, count in pairs if count.strip() != "0"), phases[0])
        shares = (phase.learning_rate / first.learning_rate for phase in phases)
        # Two digits, as the finder tells it, so that the fields show all of the number.
        rates = ",".join(f"{rate * share:.1e}".replace("e-0", "e-") for share in shares)
        self._on.drawer.rows["learning_rates"].set_text(rates)
        self.mend_wanted.emit()
        self.check()

    def _asked(self) -> TrainingPlan:
        """Return the plan, whether there are films or not."""
        form, drawer, data = self._on.run.form, self._on.drawer, self._on.data
        plan = TrainingPlan(
            data=data.chooser.data or Path(),
            out=self.free_folder(self._default_name()),
            recipe=form.recipe.name,
            backbone=form.backbone,
            weights=form.weights.weights,
            split_by=data.split.by,
            patients_from=data.patients.source,
            left_out=data.left_out,
            bundle_id=drawer.name or self._default_name(),
            watch=self._on.watch.path,
        ).changed({"seed": drawer.seed, **drawer.changes})
        form.show_settings(plan.settings)
        data.use_shares(plan.settings.split)
        return plan

    def _take_recipe(self) -> None:
        form = self._on.run.form
        recipe = form.recipe
        batch = dict(recipe.batch_sizes).get(form.backbone, recipe.batch_size)
        self._on.drawer.show_recipe(replace(recipe, batch_size=batch))
        self._on.drawer.suggest_name(self._default_name())
        self.check()

    def _default_name(self) -> str:
        today = datetime.datetime.now(tz=datetime.UTC).astimezone().date()
        return f"{self._on.run.form.recipe.name}-{today.isoformat()}"


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:
        # What may not be looked at is found to be no place for a run when one starts.
        return False
