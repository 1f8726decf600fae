"""Takes models into use and brings old ones back, on a thread of its own: bundles are copied."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from cxrviewer.core import promotion
from cxrviewer.core.errors import sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.core.paired import Comparison
from cxrviewer.core.settings import Settings


class ModelWorker(QObject):
    """Changes the model in use.

    Signals
    -------
    used(Settings), brought_back(Settings)
        Settings with the model that is to be used from now on.
    not_used(str), failed(str)
        Why the one or the other could not be.
    """

    used = Signal(object)
    brought_back = Signal(object)
    not_used = Signal(str)
    failed = Signal(str)

    @Slot(object, object, object)
    def promote(self, run: Path, settings: Settings, comparison: Comparison | None) -> None:
        """Take a run's model into use."""
        try:
            chosen = promotion.promote(run, settings, comparison=comparison)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("model not taken into use", exc_info=error)
            self.not_used.emit(sentence_for(error))
            return
        self.used.emit(chosen)

    @Slot(object)
    def roll_back(self, settings: Settings) -> None:
        """Bring the model used before back."""
        try:
            chosen = promotion.roll_back(settings)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("model not brought back", exc_info=error)
            self.failed.emit(sentence_for(error))
            return
        self.brought_back.emit(chosen)

    def stop(self) -> None:
        """End soon: a copy under way is finished, it is whole or not there."""
