"""The numbers of the card and the training note, taken from the record of the run."""

from collections.abc import Sequence
from statistics import mean, stdev
from typing import Any

from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER

PARTS = ("training", "validation", "test")


def values(
    manifest: Manifest,
    record: dict[str, Any],
    records: dict[int, dict[str, Any]],
    changed: dict[str, dict[str, float]],
) -> dict[str, str]:
    """Return every value the templates name, as text.

    Parameters
    ----------
    record, records
        Of the run that is published, and of the runs of all seeds.
    changed
        Shift -> what was measured under it, see `shifts.measured`.
    """
    results, data = record["results"], record["data"]
    test = results["test"]
    return {
        "name": manifest.name,
        "id": manifest.id,
        "version": manifest.version,
        "architecture": manifest.architecture,
        "recipe": record["plan"]["recipe"],
        "seed": str(record["plan"]["seed"]),
        "finished": record["finished"][:10],
        "split_by": record["plan"]["split_by"],
        "versions": ", ".join(f"{name} {value}" for name, value in record["versions"].items()),
        "device": data["device"],
        "minutes": f"{sum(e['seconds'] for e in record['history']) / 60:.1f}",
        "total": f"{record['phases'][-1]['total']:,}",
        "trainable": f"{record['phases'][-1]['trainable']:,}",
        "counts": _counts(data),
        "films": f"{sum(map(sum, data['counts'])):,}",
        "patients": f"{sum(data['patients']):,}",
        "refused": str(len(data["refused"])),
        "test_films": f"{test['films']:,}",
        "test_patients": f"{test['patients']:,}",
        "accuracy": estimate(test["accuracy"]),
        "majority": f"{test['majority_share']:.3f}",
        "validation_accuracy": estimate(results["validation"]["accuracy"]),
        "positive_auroc": estimate(test["positive"]["auroc"]),
        "positive_sensitivity": counted(test["positive"]["sensitivity"]),
        "positive_specificity": counted(test["positive"]["specificity"]),
        "decision": f"{manifest.threshold(TOGETHER):.3f}",
        "per_class": _per_class(test),
        "confusion": _confusion(test),
        "points": _points(manifest),
        "temperature": f"{results['temperature']:.3f}",
        "fitted_on": manifest.calibration.fitted_on if manifest.calibration else "",
        "expected_error": f"{test['calibration']['expected_error']:.3f}",
        "brier": f"{test['calibration']['brier']:.3f}",
        "traits": ", ".join(results["shortcuts"]["traits"]),
        "shortcuts": _shortcuts(results["shortcuts"]),
        "history": _history(record),
        "changes": ", ".join(f"`{k}={v}`" for k, v in record["plan"]["changes"].items()),
        "seeds": _seeds(records),
        "shifts": _shifts(changed),
        "uncertain": _uncertain(manifest),
    }


def _seeds(records: dict[int, dict[str, Any]]) -> str:
    measured = {
        f"seed {seed}": (
            min(epoch["val_loss"] for epoch in record["history"]),
            record["results"]["test"]["accuracy"]["value"],
            record["results"]["test"]["positive"]["auroc"]["value"],
            record["results"]["test"]["positive"]["sensitivity"]["value"],
            record["results"]["test"]["positive"]["specificity"]["value"],
            record["results"]["test"]["calibration"]["expected_error"],
        )
        for seed, record in records.items()
    }
    rows = [(name, *(f"{value:.3f}" for value in found)) for name, found in measured.items()]
    spread = [
        f"{mean(column):.3f} (SD {stdev(column):.3f})"
        for column in zip(*measured.values(), strict=True)
    ]
    head = ("", "validation loss", "accuracy", "AUROC", "sensitivity", "specificity", "ECE")
    return _table(head, [*rows, ("mean", *spread)])


def _shifts(changed: dict[str, dict[str, float]]) -> str:
    keys = ("auroc", "accuracy", "sensitivity", "specificity", "three")
    rows = [
        (name, f"{found['films']:.0f}", *(f"{found[key]:.3f}" for key in keys))
        for name, found in changed.items()
    ]
    head = ("films", "n", "AUROC", "accuracy", "sensitivity", "specificity", "three labels")
    return _table(head, rows)


def _uncertain(manifest: Manifest) -> str:
    rows = [
        (band.label or "any finding", f"{band.low:.3f}", f"{band.high:.3f}", str(band.films))
        for band in manifest.uncertain
    ]
    return _table(("finding", "from", "to", "validation films"), rows) if rows else "None."


def estimate(value: dict[str, float] | None) -> str:
    """Write a measure with its 95 % interval; a set too small for one has none."""
    if value is None:
        return "not measurable"
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def counted(value: dict[str, float] | None) -> str:
    """Write a proportion with its 95 % interval and count."""
    if value is None:
        return "not measurable"
    return f"{estimate(value)}, n {value['n']}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _counts(data: dict[str, Any]) -> str:
    rows = [
        (part, *(f"{n:,}" for n in counts), f"{sum(counts):,}", f"{patients:,}")
        for part, counts, patients in zip(PARTS, data["counts"], data["patients"], strict=True)
    ]
    return _table(("part", *data["classes"], "films", "patients"), rows)


def _per_class(test: dict[str, Any]) -> str:
    rows = [
        (
            name,
            estimate(found["auroc"]),
            counted(found["sensitivity"]),
            counted(found["specificity"]),
            _share(found["precision"]),
            _share(found["f1"]),
        )
        for name, found in test["per_class"].items()
    ]
    return _table(("class", "AUROC", "sensitivity", "specificity", "precision", "F1"), rows)


def _share(value: float | None) -> str:
    """Write a share; one of nothing, as the precision of what is never called, has no value."""
    return "none" if value is None else f"{value:.3f}"


def _confusion(test: dict[str, Any]) -> str:
    rows = [
        (f"**{name}**", *(str(n) for n in line))
        for name, line in zip(test["classes"], test["confusion"], strict=True)
    ]
    return _table(("actual \\ called", *test["classes"]), rows)


def _points(manifest: Manifest) -> str:
    rows = [
        (
            point.label or "any finding",
            point.name,
            f"{point.threshold:.3f}",
            *(
                "not measurable" if rate is None else rate.counted
                for rate in (point.sensitivity, point.specificity)
            ),
        )
        for point in manifest.points
    ]
    return _table(("finding", "point", "called from", "sensitivity", "specificity"), rows)


def _shortcuts(found: dict[str, Any]) -> str:
    return ", ".join(f"{name} {area:.2f}" for name, area in found["auroc"].items())


def _history(record: dict[str, Any]) -> str:
    rows = [
        (
            record["phases"][e["phase"]]["name"],
            str(e["epoch"]),
            f"{e['train_loss']:.4f}",
            f"{e['train_accuracy']:.4f}",
            f"{e['val_loss']:.4f}",
            f"{e['val_accuracy']:.4f}",
            f"{e['seconds']:.1f}",
        )
        for e in record["history"]
    ]
    head = ("phase", "epoch", "loss", "accuracy", "validation loss", "validation accuracy", "s")
    return _table(head, rows)
