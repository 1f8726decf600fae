"""Which model is in use, and the acts that change it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.paired import Comparison
from cxrviewer.core.settings import Settings
from cxrviewer.ui.workers.lane import Lane
from cxrviewer.ui.workers.model_worker import ModelWorker


class ModelChange(QObject):
    """Takes a run's model into use, or an installed one, or the one before back.

    Signals
    -------
    changed(Settings)
        Another model is in use; comes ahead of the signal that says how.
    used(Settings)
        The run's model is in use.
    chosen(Settings)
        The installed model is in use.
    brought_back(Settings)
        The model used before is in use again.
    not_used(str), not_chosen(str), failed(str)
        The one or the other could not be, and why; nothing has changed.
    """

    changed = Signal(object)
    used = Signal(object)
    chosen = Signal(object)
    brought_back = Signal(object)
    not_used = Signal(str)
    not_chosen = Signal(str)
    failed = Signal(str)

    _promote = Signal(object, object, object)
    _choose = Signal(str, object)
    _roll_back = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._worker = ModelWorker()
        self._lane = Lane(self._worker, name="models", parent=self)
        self._promote.connect(self._worker.promote)
        self._choose.connect(self._worker.choose)
        self._roll_back.connect(self._worker.roll_back)
        self._worker.used.connect(self._take_used)
        self._worker.chosen.connect(self._take_chosen)
        self._worker.brought_back.connect(self._take_brought_back)
        self._worker.not_used.connect(self.not_used)
        self._worker.not_chosen.connect(self.not_chosen)
        self._worker.failed.connect(self.failed)

    @property
    def model(self) -> str:
        """Id of the model in use."""
        return self._settings.model

    @property
    def before(self) -> str:
        """Id of the model in use before, empty for none."""
        return self._settings.models_before[-1] if self._settings.models_before else ""

    def use(self, run: Path, comparison: Comparison | None) -> None:
        """Take a run's model into use, and note how it compared with the one before."""
        self._lane.start()
        self._promote.emit(run, self._settings, comparison)

    def choose(self, model: str) -> None:
        """Use an installed model."""
        self._lane.start()
        self._choose.emit(model, self._settings)

    def roll_back(self) -> None:
        """Bring the model used before back."""
        self._lane.start()
        self._roll_back.emit(self._settings)

    def close(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._lane.stop()

    def _take_used(self, chosen: Settings) -> None:
        self._take(chosen)
        self.used.emit(self._settings)

    def _take_chosen(self, chosen: Settings) -> None:
        self._take(chosen)
        self.chosen.emit(self._settings)

    def _take_brought_back(self, chosen: Settings) -> None:
        self._take(chosen)
        self.brought_back.emit(self._settings)

    def _take(self, chosen: Settings) -> None:
        self._settings = replace(
            self._settings, model=chosen.model, models_before=chosen.models_before
        )
        self.changed.emit(self._settings)
