"""The Train tab: data at the left, the run in the middle, what is watched at the right."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.core import paths
from cxrviewer.core.audit import Audit
from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import Progress, RateFound, RateTried
from cxrviewer.core.settings import Settings
from cxrviewer.ui.model_change import ModelChange
from cxrviewer.ui.training_session import TrainingSession
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.advanced_drawer import AdvancedDrawer
from cxrviewer.ui.widgets.data_panel import DataPanel
from cxrviewer.ui.widgets.message_bar import Kind, MessageBar
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.watch_panel import WatchPanel

_RIGHT_WIDTH = 340
_BAR_MARGIN, _BAR_WIDEST = 12, 720


class TrainTab(QWidget):
    """Trains models and shows how it goes.

    Signals
    -------
    film_wanted(Path)
        A film is to be opened in the Viewer.
    model_changed(Settings)
        Another model is in use.
    told(str)
        What the training is doing, in a few words; empty when none is under way.
    """

    film_wanted = Signal(object)
    model_changed = Signal(object)
    told = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = TrainingSession(settings, self)
        self.models = ModelChange(settings, self)
        self.data = DataPanel()
        self.run = RunPanel(weights_folder=settings.weights_folder)
        self.drawer = AdvancedDrawer()
        self.watch = WatchPanel()
        self._centre = QStackedWidget()
        self._right = QStackedWidget()
        self._drop_frame = QFrame(self)
        self._drop_frame.setObjectName("drop_frame")
        self._drop_frame.hide()
        self.messages = MessageBar(self._centre)
        self._build()
        self._connect()
        self._take_recipe()
        self._show_state(self.session.state)

    @property
    def weights_folder(self) -> str:
        """Folder of ImageNet weights the user pointed at, empty for none."""
        return self.run.form.weights.folder

    def choose_data(self, data: Path) -> None:
        """Look through a folder or a CSV."""
        self.data.forget()
        self.data.chooser.show_data(data)
        self._scan()

    def take_dropped(self, dropped: list[Path]) -> None:
        """Take a dropped folder or CSV as the films to learn from."""
        fit = [path for path in dropped if path.is_dir() or path.suffix.lower() == ".csv"]
        if self.session.state.running:
            self._refuse(self.tr("A training is running; stop it before you choose other films."))
        elif len(fit) == 1 and len(dropped) == 1:
            self.choose_data(fit[0].absolute())
        else:
            self._refuse(
                self.tr(
                    "Drop one folder that holds a folder a class, or one CSV. Single films open "
                    "in the Viewer."
                )
            )

    def set_drop_shown(self, *, shown: bool) -> None:
        """Frame the place where films would land."""
        self._drop_frame.setGeometry(self.data.geometry())
        self._drop_frame.setVisible(shown)
        self._drop_frame.raise_()

    def close_session(self) -> bool:
        """End threads and children; False if one did not end in time."""
        return all([self.session.close(), self.models.close(), self.watch.shut_down()])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the message bar at the top edge of the middle."""
        if watched is self._centre and event.type() == QEvent.Type.Resize:
            self._place_messages()
        return super().eventFilter(watched, event)

    def plan(self) -> TrainingPlan:
        """Return what the form asks for.

        Raises
        ------
        PlanError
            If a value cannot be used; `field` names it.
        """
        form, drawer = self.run.form, self.drawer
        data = self.data.chooser.data
        if data is None:
            raise PlanError(self.tr("Choose films first."), field="data")
        name = drawer.name or self._default_name()
        plan = TrainingPlan(
            data=data,
            out=_free_folder(paths.runs_dir() / self._default_name()),
            recipe=form.recipe.name,
            backbone=form.backbone,
            weights=form.weights.weights,
            split_by=self.data.split.by,
            patients_from=self.data.patients.source,
            left_out=self.data.left_out,
            bundle_id=name,
            watch=self.watch.path,
        ).changed({"seed": drawer.seed, **drawer.changes})
        # Builds the recipe with everything applied, which checks what belongs together.
        assert plan.settings
        return plan

    def show_plan(self, plan: TrainingPlan) -> None:
        """Fill the form from a plan."""
        form = self.run.form
        form.choose(plan.recipe, backbone=plan.backbone)
        form.weights.use_weights(plan.weights)
        self.drawer.take(plan.changes, name=plan.bundle_id, seed=str(plan.seed))
        self.data.patients.choose(plan.patients_from)
        self.data.chooser.show_data(plan.data)

    def _build(self) -> None:
        watch = QFrame()
        watch.setObjectName("side_panel")
        inner = QVBoxLayout(watch)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(self.watch)
        self._watch_page = watch
        self._right.setFixedWidth(_RIGHT_WIDTH)
        for page in (watch, self.drawer):
            self._right.addWidget(page)
        self._centre.addWidget(self.run)
        self._centre.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.data)
        row.addWidget(self._centre, 1)
        row.addWidget(self._right)

    def _connect(self) -> None:
        session, data, run = self.session, self.data, self.run
        session.state_changed.connect(self._show_state)
        session.scanned.connect(data.show_scanned)
        session.audited.connect(self._take_audit)
        session.progressed.connect(self._show_progress)
        session.rates_tried.connect(self._show_rates)
        data.data_chosen.connect(self.choose_data)
        data.cancel_wanted.connect(session.give_up_scan)
        data.patients_chosen.connect(lambda _: self._scan())
        data.film_wanted.connect(self.film_wanted)
        run.form.recipe_changed.connect(self._take_recipe)
        run.bar.start_wanted.connect(self._start)
        run.bar.go_on_wanted.connect(self._go_on)
        run.go_on_wanted.connect(self._go_on)
        run.bar.pause_wanted.connect(session.pause)
        run.bar.resume_wanted.connect(session.resume)
        run.bar.stop_wanted.connect(session.stop)
        run.bar.rate_wanted.connect(self._find_rate)
        run.bar.advanced_toggled.connect(self._show_drawer)
        run.rates.rate_wanted.connect(self._use_rate)
        self.drawer.edited.connect(self._check)
        self.drawer.closed.connect(lambda: run.bar.advanced.setChecked(False))
        self.messages.resized.connect(self._place_messages)
        self.models.changed.connect(self.model_changed)
        self.models.failed.connect(self._refuse)

    def _scan(self) -> None:
        data = self.data.chooser.data
        if data is not None:
            shares = self.run.form.recipe.split
            self.data.split.audited_with(shares)
            self.session.scan(data, patients_from=self.data.patients.source, split=shares)

    def _take_audit(self, audit: Audit, film: Path | None) -> None:
        self.data.show_audit(audit)
        self.watch.set_film(film)

    def _take_recipe(self) -> None:
        form = self.run.form
        recipe = form.recipe
        batch = dict(recipe.batch_sizes).get(form.backbone, recipe.batch_size)
        self.drawer.show_recipe(replace(recipe, batch_size=batch))
        self.drawer.suggest_name(self._default_name())
        self.data.use_shares(recipe.split)
        self._check()

    def _check(self) -> None:
        """Mark what cannot be used as soon as it is written."""
        self._mark("", "")
        if self.data.chooser.data is None:
            return
        self._planned(lambda plan: self.data.use_shares(plan.settings.split))

    def _planned(self, act: Callable[[TrainingPlan], None]) -> None:
        """Do something with the form's plan, or mark the field that is in the way."""
        try:
            plan = self.plan()
        except PlanError as error:
            self._mark(error.field, error.sentence)
            return
        act(plan)

    def _mark(self, field: str, sentence: str) -> None:
        self.run.mark(field, sentence)
        if self.drawer.mark(field, sentence):
            self.run.bar.advanced.setChecked(True)

    def _start(self) -> None:
        self._planned(self._train)

    def _go_on(self) -> None:
        if self.session.plan is not None:
            self._train(replace(self.session.plan, resume=True))

    def _train(self, plan: TrainingPlan) -> None:
        self._mark("", "")
        self.run.bar.advanced.setChecked(False)
        self.run.show_plan(plan)
        self.watch.set_film(plan.watch)
        self.session.train(plan)

    def _find_rate(self) -> None:
        self._planned(self.session.find_rate)

    def _show_rates(self, tried: list[RateTried], found: RateFound | None) -> None:
        self.run.rates.show_rates(tried, found)

    def _use_rate(self, rate: float) -> None:
        """Take the suggestion for the first phase; later ones keep their share of it."""
        recipe = self.run.form.recipe
        first = recipe.phases[0].learning_rate
        rates = ",".join(f"{rate * phase.learning_rate / first:.3g}" for phase in recipe.phases)
        self.drawer.rows["learning_rates"].set_text(rates)
        self.run.bar.advanced.setChecked(True)
        self._check()

    def _show_drawer(self, shown: bool) -> None:
        self._right.setCurrentWidget(self.drawer if shown else self._watch_page)

    def _show_state(self, state: TrainingState) -> None:
        self.data.show_state(state)
        self.run.show_state(state, can_go_on=self.session.can_go_on)
        self.drawer.setEnabled(not state.running)
        self.watch.set_choosable(not state.running)
        if state.field:
            self._mark(state.field, state.sentence)
        self._tell()

    def _show_progress(self, progress: Progress) -> None:
        self.run.show_progress(progress)
        self.watch.show_progress(progress)
        self._tell()

    def _tell(self) -> None:
        """Say in a few words what the training is doing, for the foot of the window."""
        state, progress = self.session.state, self.session.progress
        if not state.running:
            self.told.emit("")
            return
        done = len(progress.epochs)
        total = (
            sum(phase.epochs for phase in self.session.plan.settings.phases)
            if self.session.plan
            else 0
        )
        words = {
            Stage.PREPARING: self.tr("training meanwhile: preparing"),
            Stage.PAUSED: self.tr("training paused"),
            Stage.STOPPING: self.tr("training stops"),
        }
        running = self.tr("training meanwhile: epoch {epoch} of {total}").format(
            epoch=min(done + 1, total), total=total
        )
        self.told.emit(words.get(state.stage, running))

    def _default_name(self) -> str:
        today = datetime.datetime.now(tz=datetime.UTC).astimezone().date()
        return f"{self.run.form.recipe.name}-{today.isoformat()}"

    def _refuse(self, sentence: str) -> None:
        self.messages.post(sentence, kind=Kind.REFUSE)

    def _place_messages(self) -> None:
        width = max(min(self._centre.width() - 2 * _BAR_MARGIN, _BAR_WIDEST), 0)
        self.messages.resize(width, self.messages.height_for(width))
        self.messages.move((self._centre.width() - width) // 2, _BAR_MARGIN)


def _free_folder(wanted: Path) -> Path:
    """Return a folder that is not there yet."""
    free, number = wanted, 1
    while free.exists():
        number += 1
        free = wanted.with_name(f"{wanted.name}-{number}")
    return free
