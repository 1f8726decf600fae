"""The numbers of the card and the training note, taken from the record of the run."""

from statistics import mean, stdev
from typing import Any

from tables import counted, estimate, share, table

from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER

PARTS = ("training", "validation", "test")
_COLUMNS = {"auroc": "AUROC", "three": "all labels", "negative": "AUROC of no finding"}


def values(
    manifest: Manifest, record: dict[str, Any], records: dict[int, dict[str, Any]]
) -> dict[str, str]:
    """Return every value of the runs that the templates name, as text.

    Parameters
    ----------
    record, records
        Of the run that is published, and of the runs of all seeds.
    """
    results, data = record["results"], record["data"]
    test = results["test"]
    found = {
        "name": manifest.name,
        "id": manifest.id,
        "version": manifest.version,
        "caution": manifest.caution,
        "architecture": manifest.architecture,
        "recipe": record["plan"]["recipe"],
        "seed": str(record["plan"]["seed"]),
        "seed_count": str(len(records)),
        "finished": record["finished"][:10],
        "split_by": record["plan"]["split_by"],
        "versions": ", ".join(f"{name} {value}" for name, value in record["versions"].items()),
        "device": data["device"],
        "minutes": f"{sum(e['seconds'] for e in record['history']) / 60:.1f}",
        "total": f"{record['phases'][-1]['total']:,}",
        "trainable": f"{record['phases'][-1]['trainable']:,}",
        "counts": _counts(data),
        "films": f"{sum(data['films']):,}",
        "patients": f"{sum(data['patients']):,}",
        "refused": str(len(data["refused"])),
        "test_films": f"{test['films']:,}",
        "test_patients": f"{test['patients']:,}",
        "accuracy": estimate(test["accuracy"]),
        "balanced_accuracy": estimate(test["balanced_accuracy"]),
        "majority": f"{test['majority_share']:.3f}",
        "validation_accuracy": estimate(results["validation"]["accuracy"]),
        "per_class": _per_class(test),
        "against_majority": _against_majority(test),
        "points": _points(manifest),
        "temperature": f"{results['temperature']:.3f}",
        "fitted_on": manifest.calibration.fitted_on if manifest.calibration else "",
        "expected_error": f"{test['calibration']['expected_error']:.3f}",
        "brier": f"{test['calibration']['brier']:.3f}",
        "traits": _traits(results["shortcuts"]["traits"]),
        "shortcuts": _shortcuts(results["shortcuts"]),
        "history": _history(record),
        "changes": ", ".join(f"`{k}={v}`" for k, v in record["plan"]["changes"].items()),
        "seeds": _seeds(records),
        "uncertain": _uncertain(manifest),
    }
    return found | (_together(manifest, test) if manifest.judged_together else {})


def _together(manifest: Manifest, test: dict[str, Any]) -> dict[str, str]:
    """Return what only a model of one label a film has."""
    return {
        "positive_auroc": estimate(test["positive"]["auroc"]),
        "positive_sensitivity": counted(test["positive"]["sensitivity"]),
        "positive_specificity": counted(test["positive"]["specificity"]),
        "decision": f"{manifest.threshold(TOGETHER):.3f}",
        "confusion": _confusion(test),
    }


def _seeds(records: dict[int, dict[str, Any]]) -> str:
    measured = {
        f"seed {seed}": {
            "validation loss": min(epoch["val_loss"] for epoch in record["history"]),
            **_of_test(record["results"]["test"]),
        }
        for seed, record in records.items()
    }
    rows = []
    for measure in next(iter(measured.values())):
        values = [found[measure] for found in measured.values()]
        told = (f"{value:.3f}" for value in values)
        spread = f"{mean(values):.3f} (SD {stdev(values):.3f})"
        rows.append((_COLUMNS.get(measure, measure), *told, spread))
    return table(("", *measured, "mean"), rows)


def _of_test(test: dict[str, Any]) -> dict[str, float]:
    error = {"ECE": test["calibration"]["expected_error"]}
    if test["activation"] == "softmax":
        together = ("auroc", "sensitivity", "specificity")
        return {
            "accuracy": test["accuracy"]["value"],
            **{name: test["positive"][name]["value"] for name in together},
            **error,
        }
    areas = {name: found["auroc"]["value"] for name, found in test["per_class"].items()}
    return {**areas, "balanced accuracy": test["balanced_accuracy"]["value"], **error}


def shifts(changed: dict[str, dict[str, float]]) -> str:
    """Return what was measured under each shift, see `shifts.measured`, as a table."""
    columns = [name for name in next(iter(changed.values())) if name != "films"]
    rows = [
        (name, f"{found['films']:.0f}", *(f"{found[column]:.3f}" for column in columns))
        for name, found in changed.items()
    ]
    return table(("films", "n", *(_COLUMNS.get(name, name) for name in columns)), rows)


def _uncertain(manifest: Manifest) -> str:
    rows = [
        (band.label or "any finding", f"{band.low:.3f}", f"{band.high:.3f}", str(band.films))
        for band in manifest.uncertain
    ]
    return table(("finding", "from", "to", "validation films"), rows) if rows else "None."


def _counts(data: dict[str, Any]) -> str:
    rows = [
        (part, *(f"{n:,}" for n in counts), f"{films:,}", f"{patients:,}")
        for part, counts, films, patients in zip(
            PARTS, data["counts"], data["films"], data["patients"], strict=True
        )
    ]
    return table(("part", *data["classes"], "films", "patients"), rows)


def _per_class(test: dict[str, Any]) -> str:
    rows = [
        (
            name,
            f"{found['films']} of {found['films'] + found['others']}",
            estimate(found["auroc"]),
            counted(found["sensitivity"]),
            counted(found["specificity"]),
            share(found["precision"]),
            share(found["f1"]),
        )
        for name, found in test["per_class"].items()
    ]
    head = ("label", "shown by", "AUROC", "sensitivity", "specificity", "precision", "F1")
    return table(head, rows)


def _against_majority(test: dict[str, Any]) -> str:
    rows = [
        (name, estimate(found["accuracy"]), f"{found['majority_share']:.3f}")
        for name, found in test["per_class"].items()
    ]
    return table(("label", "accuracy", "always the more frequent answer"), rows)


def _traits(names: list[str]) -> str:
    """Name each trait once: formats and makers take several columns."""
    short = (name.split()[0] if name.startswith(("format ", "maker ")) else name for name in names)
    return ", ".join(dict.fromkeys(short))


def _confusion(test: dict[str, Any]) -> str:
    rows = [
        (f"**{name}**", *(str(n) for n in line))
        for name, line in zip(test["classes"], test["confusion"], strict=True)
    ]
    return table(("actual \\ called", *test["classes"]), rows)


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
    return table(("finding", "point", "called from", "sensitivity", "specificity"), rows)


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
    return table(head, rows)
