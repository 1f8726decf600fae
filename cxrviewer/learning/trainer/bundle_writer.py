"""A trained network becomes a bundle: everything a model needs to be used, in one folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cxrviewer.core import bundle as bundles
from cxrviewer.core.manifest import InputRule, Manifest
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.promotion import BANNER
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.networks import weights
from cxrviewer.learning.networks.network import Network
from cxrviewer.learning.outcome import Outcome
from cxrviewer.learning.reference import phantom_logits
from cxrviewer.learning.reporting import card

_LICENCE = "none stated; trained on this machine's films"


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A trained network and what is said of it.

    Attributes
    ----------
    record
        As in `run.json`.
    digests
        Of the training and validation films, see `seen_films`.
    """

    plan: TrainingPlan
    network: Network
    rule: InputRule
    result: Outcome
    record: dict[str, Any]
    digests: Iterable[str]


def write(trained: Trained, folder: Path) -> None:
    """Write a bundle into an existing, empty folder.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    network = trained.network
    manifest = replace(
        _manifest(trained),
        weights_sha256=weights.save(network, folder / bundles.WEIGHTS),
        reference_logits=phantom_logits(network, trained.rule),
    )
    seen_films.write(trained.digests, folder)
    bundles.write_card(card.text(manifest, trained.record), manifest, folder)


def _manifest(trained: Trained) -> Manifest:
    plan, result, record = trained.plan, trained.result, trained.record
    settings = plan.settings
    return Manifest(
        id=plan.bundle_id.lower(),
        name=plan.bundle_id,
        version="1",
        architecture=settings.backbone,
        activation=settings.activation,
        labels=result.labels,
        input=trained.rule,
        weights_sha256="",
        licence=_LICENCE,
        calibration=result.calibration,
        points=result.points,
        uncertain=result.uncertain,
        hidden=settings.hidden,
        training={
            "banner": BANNER,
            "recipe": plan.recipe,
            "source": settings.source,
            "split_by": plan.split_by,
            "seed": plan.seed,
            "start": record["start"],
            "summary": result.summary,
            "versions": record["versions"],
        },
    )
