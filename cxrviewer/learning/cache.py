"""What the frozen part of a network says of each film, computed once.

Without augmentation the activations at the point where training begins never change, so the
epochs run on them alone. They are exact: kept as the network gives them, in float32.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.errors import DataError, FilmError
from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning import shortcuts
from cxrviewer.learning.backbones import Network, trunk
from cxrviewer.learning.dataset import Entry, Listing
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.runner import BATCH, Runner
from cxrviewer.processes.reader_process import FilmReader


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadFilms:
    """Films that could be read, in the order of the listing, as activations at a stage.

    Attributes
    ----------
    cut
        Name of the stage.
    outputs
        float32, (films, channels, height, width): activations after that stage.
    truth
        Class index of each film, int64, (films,).
    traits
        float64, (films, traits): what can be known without looking at the lungs.
    refused
        Films left out, each with its sentence.
    """

    cut: str
    outputs: Tensor
    truth: Array
    patients: tuple[str, ...]
    paths: tuple[Path, ...]
    traits: Array
    refused: tuple[tuple[str, str], ...]


class _Films:
    """Collects films while they are read."""

    def __init__(self, listing: Listing, preprocess: Preprocess) -> None:
        self._classes = listing.classes
        self._preprocess = preprocess
        self.refused = list(listing.refused)
        self.kept: list[Entry] = []
        self.patients: list[str] = []
        self.traits: list[Array] = []

    def inputs(self, entries: Sequence[Entry], reader: FilmReader) -> Array:
        """Read these films; those that cannot be read are left out and remembered."""
        inputs = []
        for entry in entries:
            try:
                film = reader.read(entry.path)
            except FilmError as error:
                self.refused.append((entry.path.name, error.sentence))
                continue
            inputs.append(self._preprocess.array(film))
            self.kept.append(entry)
            self.patients.append(entry.patient_of(film))
            self.traits.append(shortcuts.traits(film, inputs[-1][0]))
        return np.stack(inputs) if inputs else np.empty((0,), dtype=np.float32)

    def done(self, cut: str, outputs: Tensor | None) -> ReadFilms:
        truth = [self._classes.index(entry.findings[0]) for entry in self.kept]
        lost = [name for i, name in enumerate(self._classes) if i not in truth]
        if outputs is None or lost:
            cause = self.refused[0][1] if self.refused else ""
            raise DataError(f"No film of the class {lost[0]} can be read: {cause}")
        return ReadFilms(
            cut=cut,
            outputs=outputs[: len(self.kept)],
            truth=np.asarray(truth),
            patients=tuple(self.patients),
            paths=tuple(entry.path for entry in self.kept),
            traits=np.stack(self.traits),
            refused=tuple(self.refused),
        )


def read_through(
    listing: Listing, network: Network, *, cut: str, preprocess: Preprocess, runner: Runner
) -> Generator[BatchDone, None, ReadFilms]:
    """Read every film of a listing and keep the network's activations after stage `cut`.

    Films are decoded in the reader child: a file that brings a codec down costs that file.

    Parameters
    ----------
    listing
        Films with one finding each.

    Raises
    ------
    DataError
        If no film of some class can be read.
    """
    work = trunk(network.to(runner.device.name), cut)
    films = _Films(listing, preprocess)
    outputs: Tensor | None = None
    total = len(listing.entries)
    reader = FilmReader()
    try:
        for start in range(0, total, BATCH):
            filled = len(films.kept)
            inputs = films.inputs(listing.entries[start : start + BATCH], reader)
            if len(inputs):
                rows = runner.run(work, torch.from_numpy(inputs))
                if outputs is None:
                    outputs = torch.empty((total, *rows.shape[1:]))
                outputs[filled : filled + len(rows)] = rows
            yield from runner.tell("reading", done=min(start + BATCH, total), total=total)
    finally:
        reader.close()
    return films.done(cut, outputs)
