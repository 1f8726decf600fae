"""The numbers of the card and the training note, taken from the record of the run."""

from typing import Any

from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER

PARTS = ("training", "validation", "test")


def values(manifest: Manifest, record: dict[str, Any]) -> dict[str, str]:
    """Return every value the templates name, as text."""
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
    }


def estimate(value: dict[str, float]) -> str:
    """Write a measure with its 95 % interval."""
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def counted(value: dict[str, float]) -> str:
    """Write a proportion with its 95 % interval and count."""
    return f"{estimate(value)}, n {value['n']}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
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
            f"{found['precision']:.3f}",
            f"{found['f1']:.3f}",
        )
        for name, found in test["per_class"].items()
    ]
    return _table(("class", "AUROC", "sensitivity", "specificity", "precision", "F1"), rows)


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
