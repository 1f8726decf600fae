"""A trained network becomes a bundle: staged beside its place, then moved there whole."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cxrviewer.core import bundle as bundles
from cxrviewer.core.manifest import InputRule, Manifest
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.learning import run_record, weights
from cxrviewer.learning.backbones import Network
from cxrviewer.learning.outcome import Outcome
from cxrviewer.learning.reference import phantom_logits

FOLDER = "bundle"
_LICENCE = "none stated; trained on this machine's films"
_CARD = """# {name}

**Trained here, not validated.** Research use only, not for diagnosis.

- Recipe: {source}
- Films: {data}
- Result: {summary}
- Calibration: temperature {temperature:.3f}, fitted on {fitted_on}

The test films come from the same source as the training films. Films of another time, place,
device or age are answered worse, and nothing here tells by how much.
"""


def write(plan: TrainingPlan, *, network: Network, rule: InputRule, result: Outcome) -> Path:
    """Write `plan.out/bundle`; one that was there before is replaced at the end.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is unchanged.
    """
    target = plan.out / FOLDER
    with _staged(target) as folder:
        manifest = replace(
            _manifest(plan, rule=rule, result=result),
            weights_sha256=weights.save(network, folder / bundles.WEIGHTS),
            reference_logits=phantom_logits(network, rule),
        )
        bundles.write_manifest(manifest, folder)
        (folder / bundles.CARD).write_text(_card(plan, result), encoding="utf-8")
    return target


def _manifest(plan: TrainingPlan, *, rule: InputRule, result: Outcome) -> Manifest:
    return Manifest(
        id=plan.bundle_id.lower(),
        name=plan.bundle_id,
        version="1",
        architecture=plan.settings.backbone,
        activation="softmax",
        labels=result.labels,
        input=rule,
        weights_sha256="",
        licence=_LICENCE,
        calibration=result.calibration,
        decision=result.decision,
        training={
            "recipe": plan.recipe,
            "split_by": plan.split_by,
            "seed": plan.seed,
            "start": "ImageNet" if plan.weights else "random weights",
            "summary": result.summary,
            "versions": run_record.versions(),
        },
    )


def _card(plan: TrainingPlan, result: Outcome) -> str:
    return _CARD.format(
        name=plan.bundle_id,
        source=plan.settings.source,
        data=plan.data.name,
        summary=result.summary,
        temperature=result.calibration.temperature,
        fitted_on=result.calibration.fitted_on,
    )


@contextlib.contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target` that takes its place only if the block succeeds."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as workshop:
        fresh = Path(workshop) / FOLDER
        fresh.mkdir()
        yield fresh
        if target.exists():
            target.replace(Path(workshop) / "before")
        try:
            fresh.replace(target)
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                (Path(workshop) / "before").replace(target)
            raise
