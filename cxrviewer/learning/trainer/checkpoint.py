"""What a training has come to, kept after every epoch so that one that was killed can go on.

One file holds all of it, so it is replaced whole or not at all: the tensors, and as JSON in
its header what the training began with and the epochs so far.
"""

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from cxrviewer.core import paths
from cxrviewer.core.errors import ExportError, PlanError
from cxrviewer.core.hyperparameters import HYPERPARAMETERS, as_text
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.trainer.films import Films

# What may differ: where the training lies and what is looked at. The films and the starting
# weights are compared by their content, and the changes as the values they come to.
_OPEN = ("out", "resume", "watch", "left_out", "patients_from", "changes", "backbone")


class Checkpoint:
    """The unfinished training of one folder.

    Attributes
    ----------
    history
        Epochs done before, empty for a training that begins.
    state
        What `Fit.state` gave after the last of them.
    batch
        Films a step at that time.
    """

    def __init__(self, plan: TrainingPlan, network: Network) -> None:
        """Look for the checkpoint of a plan that starts from this network.

        Raises
        ------
        PlanError
            If there is nothing to resume, it cannot be read or was begun with another plan;
            or if there is a checkpoint that the plan would overwrite.
        """
        self._file = plan.out / CHECKPOINT
        settings = plan.settings
        self._origin = {
            **{key: value for key, value in plan.as_json().items() if key not in _OPEN},
            **{key: as_text(settings, key) for key in HYPERPARAMETERS},
            "backbone": settings.backbone,
            "data": "",
            "weights": _digest(network.state_dict().values()),
        }
        self.history: tuple[EpochDone, ...] = ()
        self.state: dict[str, Tensor] = {}
        self.batch = settings.batch_size
        self._films = ""
        if plan.resume:
            self._open()
        elif self._file.exists():
            raise PlanError(
                f"{plan.out} holds a training that did not end; resume it, or name another folder.",
                field="out",
            )

    def follows(self, films: Films, split: Split) -> None:
        """Go on with these films.

        Raises
        ------
        PlanError
            If the training was begun with others.
        """
        arrays = (films.truth, split.part, films.traits)
        parts = ["\0".join(path.name for path in films.paths).encode(), *map(bytes, arrays)]
        self._origin["data"] = hashlib.sha256(b"".join(parts)).hexdigest()
        if self.history and self._films != self._origin["data"]:
            raise self._other("films")

    def keep(self, history: Iterable[EpochDone], state: dict[str, Tensor], *, batch: int) -> None:
        """Replace what was kept before.

        Raises
        ------
        ExportError
            If it cannot be written; what was kept before stays.
        """
        record = {
            "origin": self._origin,
            "history": [asdict(epoch) for epoch in history],
            "batch": batch,
        }
        content = {name: tensor.cpu().contiguous() for name, tensor in state.items()}
        try:
            self._sweep()
            with self._workshop() as folder, paths.replacing(self._file) as temporary:
                made = folder / CHECKPOINT
                metadata = {"run": json.dumps(record)}
                safetensors.torch.save_file(content, made, metadata=metadata)
                made.replace(temporary)
        except (OSError, safetensors.SafetensorError) as error:
            raise ExportError(
                f"The training could not be kept in {self._file.parent}; check the space and "
                "your rights there."
            ) from error

    def remove(self) -> None:
        """Take the checkpoint away, and what a kill may have left of writing it."""
        self._file.unlink(missing_ok=True)
        self._sweep()

    @contextlib.contextmanager
    def _workshop(self) -> Iterator[Path]:
        """Yield a folder for what the library writes beside the file it is asked for."""
        prefix = f".{self._file.stem}-"
        with tempfile.TemporaryDirectory(dir=self._file.parent, prefix=prefix) as folder:
            yield Path(folder)

    def _sweep(self) -> None:
        """Take away what a kill may have left of writing."""
        for left in self._file.parent.glob(f".{self._file.stem}-*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def _open(self) -> None:
        folder = self._file.parent
        if not self._file.is_file():
            raise PlanError(
                f"There is no unfinished training in {folder}; start it without resuming.",
                field="resume",
            )
        try:
            with safetensors.safe_open(self._file, framework="pt") as content:
                record: dict[str, Any] = json.loads(content.metadata()["run"])
                self.state = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118
            origin = dict(record["origin"])
            self._films = origin.pop("data")
            self.history = tuple(EpochDone(**epoch) for epoch in record["history"])
            self.batch = int(record["batch"])
        except (OSError, safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
            raise PlanError(
                f"The unfinished training in {folder} cannot be read; start it anew in another "
                "folder.",
                field="resume",
            ) from error
        # JSON knows no tuples.
        wanted: dict[str, Any] = json.loads(json.dumps(self._origin))
        del wanted["data"]
        other = [key for key in wanted if origin.get(key) != wanted[key]]
        if other:
            raise self._other(", ".join(other))

    def _other(self, what: str) -> PlanError:
        return PlanError(
            f"The unfinished training in {self._file.parent} was begun with other {what}; give "
            "the same, or name another folder.",
            field="resume",
        )


def _digest(tensors: Iterable[Tensor]) -> str:
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
