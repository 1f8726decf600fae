"""Which model is in use, and the acts that change it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.paired import Comparison
from cxrviewer.core.settings import Settings
from cxrviewer.ui.workers.lane import Lane
from cxrviewer.ui.workers.model_worker import ModelWorker


class ModelChange(QObject):
    """Takes a run's model into use, or the one before it back.

    Signals
    -------
    changed(Settings)
        Another model is in use.
    failed(str)
        Nothing has changed, and why.
    """

    changed = Signal(object)
    failed = Signal(str)

    _promote = Signal(object, object, object)
    _roll_back = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._comparisons: dict[Path, Comparison] = {}
        self._worker = ModelWorker()
        self._lane = Lane(self._worker, name="models", parent=self)
        self._promote.connect(self._worker.promote)
        self._roll_back.connect(self._worker.roll_back)
        self._worker.changed.connect(self._take)
        self._worker.failed.connect(self.failed)

    @property
    def model(self) -> str:
        """Id of the model in use."""
        return self._settings.model

    def keep(self, run: Path, comparison: Comparison) -> None:
        """Remember how a run's model compares with the one in use."""
        self._comparisons[run] = comparison

    def use(self, run: Path) -> None:
        """Take a run's model into use."""
        self._lane.start()
        self._promote.emit(run, self._settings, self._comparisons.get(run))

    def roll_back(self) -> None:
        """Bring the model used before back."""
        self._lane.start()
        self._roll_back.emit(self._settings)

    def close(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._lane.stop()

    def _take(self, chosen: Settings) -> None:
        self._settings = replace(
            self._settings, model=chosen.model, models_before=chosen.models_before
        )
        # They were made against the model that was in use until now.
        self._comparisons.clear()
        self.changed.emit(self._settings)
