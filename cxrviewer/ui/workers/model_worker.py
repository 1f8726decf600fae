"""Takes models into use and brings old ones back, on a thread of its own.

Bundles are copied, and their weights compared with their hashes.
"""

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
    used(Settings), chosen(Settings), brought_back(Settings)
        Settings with the model that is to be used from now on.
    not_used(str), not_chosen(str), failed(str)
        Why the one or the other could not be.
    """

    used = Signal(object)
    chosen = Signal(object)
    brought_back = Signal(object)
    not_used = Signal(str)
    not_chosen = Signal(str)
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

    @Slot(str, object)
    def choose(self, model: str, settings: Settings) -> None:
        """Use an installed model."""
        try:
            chosen = promotion.choose(model, settings)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("model not chosen", exc_info=error)
            self.not_chosen.emit(sentence_for(error))
            return
        self.chosen.emit(chosen)

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
