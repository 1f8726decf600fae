"""Where a run stands: phase, epoch, step, time left in words, device, speed, and its notes."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from cxrviewer.core import eta
from cxrviewer.core.progress import Prepared, Progress
from cxrviewer.ui import theme

_NOTES = 3
_THOUSAND = 1000


class RunStatus(QWidget):
    """Tells in a few lines what the trainer is doing; its space is kept while it is idle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_status")
        self._planned: tuple[int, ...] = ()
        self._epochs = 0
        self._running = False
        self._ended = time.monotonic()
        self._phase, self._left = QLabel(), QLabel()
        self._step, self._device = QLabel(), QLabel()
        for label in (self._left, self._step, self._device):
            label.setObjectName("muted")
        for label in (self._phase, self._left, self._step, self._device):
            label.setFont(theme.tabular(self.font(), pixels=13 if label is self._phase else 12))
            label.setMinimumWidth(1)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._notes = QLabel()
        self._notes.setObjectName("run_notes")
        self._notes.setWordWrap(True)
        self._mark = QLabel()
        self._mark.setPixmap(theme.pixmap("info", colour_name="muted", size=16))
        self._build()
        self.show_progress(Progress())

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        labels = (self._phase, self._left, self._step, self._device, self._notes)
        return "\n".join(label.text() for label in labels if label.text())

    def set_planned(self, epochs: tuple[int, ...]) -> None:
        """Take the greatest number of epochs of each phase of the plan."""
        self._planned = epochs

    def set_running(self, running: bool) -> None:
        """Say what time is left, and move without an end in sight, only while it runs."""
        self._running = running
        if not running:
            self._left.setText("")
            self._bar.setRange(0, _THOUSAND)

    def show_progress(self, progress: Progress) -> None:
        """Tell the state after the newest event."""
        if len(progress.epochs) != self._epochs:
            self._epochs, self._ended = len(progress.epochs), time.monotonic()
        self._phase.setText(self._phase_words(progress))
        self._left.setText(
            eta.sentence(
                progress, planned=self._planned, since_epoch=time.monotonic() - self._ended
            )
        )
        self._step.setText(self._step_words(progress))
        self._device.setText(progress.prepared.device if progress.prepared else "")
        self._move_bar(progress)
        self._show_notes(progress)

    def _build(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, left, right in (
            (first, self._phase, self._left),
            (second, self._step, self._device),
        ):
            row.setSpacing(12)
            row.addWidget(left, 1)
            row.addWidget(right)
            right.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self._bar)
        column.addLayout(second)
        notes = QHBoxLayout()
        notes.setSpacing(8)
        notes.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        notes.addWidget(self._notes, 1)
        column.addLayout(notes)

    def _phase_words(self, progress: Progress) -> str:
        if progress.finished is not None:
            return self.tr("Done")
        if not progress.phases:
            begun = self._running or progress.batch
            return self.tr("Preparing the films") if begun else self.tr("Not started")
        phase = progress.phases[-1]
        done = sum(epoch.phase == phase.index for epoch in progress.epochs)
        count = max(len(self._planned), len(progress.phases))
        return self.tr("Phase {n} of {count}: {name}  ·  epoch {epoch} of {epochs}").format(
            n=len(progress.phases),
            count=count,
            name=phase.name,
            epoch=min(done + 1, phase.epochs),
            epochs=phase.epochs,
        )

    def _step_words(self, progress: Progress) -> str:
        batch = progress.batch
        if batch is None:
            return self._trained_words(progress)
        films = f"{batch.done:,} / {batch.total:,}" if batch.total else f"{batch.done:,}"
        said = self.tr("{stage}: {films} films").format(stage=batch.stage, films=films)
        if batch.rate:
            said += self.tr("  ·  {rate:,.0f} films/s").format(rate=batch.rate)
        return said

    def _trained_words(self, progress: Progress) -> str:
        if not progress.phases:
            return ""
        phase = progress.phases[-1]
        return self.tr("{trained:,} of {total:,} parameters are trained").format(
            trained=phase.trainable, total=phase.total
        )

    def _move_bar(self, progress: Progress) -> None:
        share = _share(progress, self._planned)
        self._bar.setRange(0, 0 if share is None else _THOUSAND)
        if share is not None:
            self._bar.setValue(round(share * _THOUSAND))

    def _left_out(self, prepared: Prepared) -> str:
        """Say what is not learned from: all of it where it is little, else where it stands."""
        sentences = [sentence for _, sentence in prepared.refused]
        if len(sentences) > _NOTES:
            said = self.tr("Left out: {first} The report names {others:,} more.")
            return said.format(first=sentences[0], others=len(sentences) - 1)
        return self.tr("Left out: {all}").format(all=" ".join(sentences)) if sentences else ""

    def _show_notes(self, progress: Progress) -> None:
        prepared = progress.prepared
        first = (prepared.note, self._left_out(prepared)) if prepared else ()
        notes = [note for note in (*first, *progress.notes) if note]
        self._notes.setText("\n".join(notes[-_NOTES:]))
        self._notes.setToolTip("\n".join(notes))
        for widget in (self._mark, self._notes):
            widget.setVisible(bool(notes))


def _share(progress: Progress, planned: tuple[int, ...]) -> float | None:
    """Return how much of the running step, or of the epochs, is done; None where not known."""
    if progress.finished is not None:
        return 1.0
    batch = progress.batch
    if not progress.phases:
        if batch is None:
            return 0.0
        return batch.done / batch.total if batch.total else None
    begun = [phase.epochs for phase in progress.phases]
    total = sum(begun) + sum(planned[len(begun) :])
    last = progress.phases[-1].index
    done = sum(begun[:-1]) + sum(epoch.phase == last for epoch in progress.epochs)
    return done / total if total else 0.0
