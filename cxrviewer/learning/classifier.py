"""One loaded bundle that answers for films: scores, the call, and where it looked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.analysis import Analysis, HeatMap, Score
from cxrviewer.core.bundle import Bundle
from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import logger
from cxrviewer.core.manifest import Manifest
from cxrviewer.learning import device as devices
from cxrviewer.learning import explain, gate, scoring
from cxrviewer.learning.device import Device
from cxrviewer.learning.familiarity import familiarity_of
from cxrviewer.learning.networks.backbones import tail, trunk
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.sampling import sampled
from cxrviewer.learning.networks.weights import load_network
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.verdict import PASS, Verdict

_DEVICE_FULL = "the other device ran out of memory"
_DEVICE_FAILED = "the other device failed"

Answer = TypeVar("Answer")


class Classifier:
    """A bundle, loaded onto a device.

    Attributes
    ----------
    preprocess
        The bundle's way from film to input.
    device
        Where it runs; becomes the processor when CUDA fails.
    layers
        Names of the stages a heat map can be taken from, first to last.
    """

    def __init__(self, bundle: Bundle, *, device: Device) -> None:
        self._bundle = bundle
        self.preprocess = Preprocess(bundle.manifest.input)
        self._familiarity = familiarity_of(bundle)
        self._depths = self._familiarity.depths if self._familiarity else ()
        self._place(device)
        self.layers = self._network.stages

    @classmethod
    def load(cls, bundle: Bundle, *, device: Device | None = None) -> Self:
        """Check and load a bundle.

        Raises
        ------
        BundleError
            If it cannot be used.
        """
        return cls(bundle, device=device or devices.choose())

    @property
    def manifest(self) -> Manifest:
        """The bundle's manifest."""
        return self._bundle.manifest

    def warm_up(self) -> None:
        """Run once with a heat map, so that the first film does not wait for imports."""
        rule = self.manifest.input
        film = np.random.default_rng(1).random((1, 3, rule.height, rule.width), dtype=np.float32)
        way = explain.DEFAULT_METHOD
        self._running(lambda: self._ask(film, label="", stage=self.layers[-1], method=way))

    def judged(self, batch: Array, ages_known: Sequence[bool]) -> tuple[Array, tuple[Verdict, ...]]:
        """Return the logits of films, and what the network's features say of each at the gate.

        Parameters
        ----------
        batch
            As for `logits`.
        ages_known
            Films whose age the header tells.
        """

        def run() -> tuple[Array, list[Array]]:
            with torch.inference_mode(), sampled(self._network, self._depths) as features:
                return _numbers(self._network(self._tensor(batch))), features

        logits, features = self._running(run)
        return self._checked(logits), self._judge(features, ages_known)

    def logits(self, batch: Array) -> Array:
        """Return the uncalibrated logits of films.

        Parameters
        ----------
        batch
            float32, (n, 3, height, width), as `preprocess.array` gives them.

        Returns
        -------
        float64, (n, labels).

        Raises
        ------
        BundleError
            If the network answers with something that is no number.
        """

        def run() -> Array:
            with torch.inference_mode():
                return _numbers(self._network(self._tensor(batch)))

        return self._checked(self._running(run))

    def scores(self, logits: Array) -> tuple[tuple[Score, ...], dict[str, str]]:
        """Turn one film's logits into scores and the calls at the operating points.

        Parameters
        ----------
        logits
            float64, (labels,), uncalibrated.

        Returns
        -------
        The scores in the bundle's order of labels and the calls, see `scoring`.
        """
        return scoring.scores(logits, self.manifest)

    def analyse(
        self,
        film: Film,
        label: str = "",
        *,
        layer: str = "",
        method: str = explain.DEFAULT_METHOD,
        anyway: bool = False,
    ) -> Analysis:
        """Answer for one film.

        Parameters
        ----------
        label
            Label the heat map is of, empty for the highest non-negative one.
        layer
            Stage of the heat map by name or by number from 1, empty for the last.
        method
            Kind of heat map, empty for none.
        anyway
            A person wants the answer although the gate refuses the film.

        Raises
        ------
        BundleError
            If the label, the layer or the method is unknown, or the network's answer is no
            number.
        """
        begun = time.perf_counter()
        stage = self._stage(layer)
        if label:
            self.manifest.label(label)
        admitted = gate.admit(film, self.manifest.gate, self.preprocess, anyway=anyway)
        verdict, found = admitted.verdict, None
        if admitted.levels is not None:
            inputs = self.preprocess.scaled(unit(admitted.levels))[None]
            found = self._running(
                lambda: self._ask(inputs, label=label, stage=stage, method=method)
            )
            (seen,) = self._judge(found.features, (admitted.age_known,))
            verdict = gate.decide(
                verdict, seen, anyway=anyway, film=film.path, manifest=self.manifest
            )
        asked = found if found and not verdict.refused else _NOT_ASKED
        return Analysis(
            model=self.manifest.id,
            version=self.manifest.version,
            status=verdict.status,
            reason=verdict.reason,
            code=verdict.code,
            overridable=verdict.refused and not verdict.final,
            scores=asked.scores,
            calls=asked.calls,
            decision=scoring.decision(asked.scores, self.manifest),
            heat_map=self._heat_map(asked.map, film, method=method, layer=stage),
            calibrated=self.manifest.calibration is not None,
            device=self.device.description,
            seconds=time.perf_counter() - begun,
        )

    def _ask(self, inputs: Array, *, label: str, stage: str, method: str) -> "_Asked":
        """Run one film up to the stage, on to the logits, and back for the heat map."""
        batch = self._tensor(inputs)
        with torch.inference_mode(), sampled(self._network, self._depths) as features:
            activations = trunk(self._network, stage)(batch)
            logits = _numbers(tail(self._network, stage)(activations))
        scores, calls = self.scores(self._checked(logits)[0])
        asked = _Asked(scores=scores, calls=calls, features=tuple(features))
        if not method:
            return asked
        chosen = label or scoring.highest(scores, self.manifest)
        seen = explain.Seen(batch=batch, stage=stage, activations=activations)
        index = [score.label for score in scores].index(chosen)
        values, flaw = explain.heat(self._network, seen, method=method, label=index)
        return replace(asked, map=_Map(values=values, flaw=flaw, label=chosen))

    def _heat_map(
        self, found: "_Map | None", film: Film, *, method: str, layer: str
    ) -> HeatMap | None:
        if found is None:
            return None
        return HeatMap(
            values=found.values,
            region=self.preprocess.region(film),
            label=found.label,
            method=method,
            layer=layer,
            flaw=found.flaw,
        )

    def _judge(self, features: Sequence[Array], ages_known: Sequence[bool]) -> tuple[Verdict, ...]:
        if self._familiarity is None:
            return (PASS,) * len(ages_known)
        return self._familiarity.judge(features, self.manifest.gate, ages_known=ages_known)

    def _running(self, work: Callable[[], Answer]) -> Answer:
        """Do the work on the device; if that fails, load the bundle anew on the processor."""
        try:
            return work()
        except RuntimeError as error:
            if self.device.name == "cpu":
                raise
            logger.warning("%s failed, the processor takes over", self.device.name, exc_info=error)
            full = isinstance(error, torch.OutOfMemoryError)
            self._place(devices.cpu(_DEVICE_FULL if full else _DEVICE_FAILED))
            return work()

    def _place(self, device: Device) -> None:
        # From the file: after an error on a device its memory may no longer be readable.
        self._network = folded(load_network(self._bundle)).to(device.name)
        self.device = device

    def _tensor(self, batch: Array) -> Tensor:
        placed = torch.from_numpy(batch).to(self.device.name)
        return placed.contiguous(memory_format=torch.channels_last)

    def _stage(self, layer: str) -> str:
        if layer.isdecimal() and 1 <= int(layer) <= len(self.layers):
            return self.layers[int(layer) - 1]
        if layer and layer not in self.layers:
            raise BundleError(
                f"The model {self.manifest.id} has no layer “{layer}”; it has "
                f"{', '.join(self.layers)}, or 1 to {len(self.layers)}."
            )
        return layer or self.layers[-1]

    def _checked(self, logits: Array) -> Array:
        if not np.isfinite(logits).all():
            raise BundleError(
                f"The model {self.manifest.id} answered with something that is no number; "
                "nothing it says of this film can be used."
            )
        return logits


@dataclass(frozen=True, kw_only=True)
class _Map:
    """A heat map before it is tied to a film."""

    values: Array
    flaw: str
    label: str


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the network said of one film, and its features for the gate."""

    scores: tuple[Score, ...] = ()
    calls: dict[str, str] = field(default_factory=dict)
    map: _Map | None = None
    features: tuple[Array, ...] = ()


_NOT_ASKED = _Asked()


def _numbers(logits: Tensor) -> Array:
    return logits.cpu().numpy().astype(np.float64)
