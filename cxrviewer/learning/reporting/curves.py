"""The figures of a training: its course over the epochs, and the films it learned from."""

from typing import TYPE_CHECKING, Any

import numpy as np

from cxrviewer.learning.reporting.material import Material

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PANELS = (
    ("loss", "loss (nats)", ("train_loss", "val_loss")),
    ("accuracy", "accuracy", ("train_accuracy", "val_accuracy")),
    ("AUROC", "validation AUROC", ("val_auroc",)),
)
_WORDS = {"train": "training", "val": "validation"}


def draw(figure: "Figure", material: Material) -> bool:
    """Draw loss, accuracy and AUROC over the epochs, a vertical line where a phase begins."""
    from matplotlib.ticker import MaxNLocator

    training = material.values.get("training")
    if not training or not training["history"]:
        return False
    history = training["history"]
    panels = [
        panel for panel in _PANELS if any(epoch[panel[2][-1]] is not None for epoch in history)
    ]
    figure.set_size_inches(4.6 * len(panels), 4.2)
    epochs = np.arange(1, len(history) + 1)
    for place, (title, up, keys) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), place)
        for key in keys:
            values = [np.nan if epoch[key] is None else epoch[key] for epoch in history]
            style = "o-" if key.startswith("val") else "s--"
            axes.plot(epochs, values, style, markersize=3, label=_WORDS[key.split("_")[0]])
        _mark_phases(axes, training)
        axes.set_xlabel("epoch")
        axes.set_ylabel(up)
        axes.set_title(title)
        axes.set_xlim(0.5, len(history) + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
        axes.ticklabel_format(axis="y", useOffset=False)
        axes.legend(fontsize=8, loc="best")
    return True


def _mark_phases(axes: Any, training: dict[str, Any]) -> None:
    history = training["history"]
    names = {phase["index"]: phase["name"] for phase in training["phases"]}
    for place in range(1, len(history)):
        if history[place]["phase"] != history[place - 1]["phase"]:
            name = names.get(history[place]["phase"], "")
            axes.axvline(place + 0.5, color="black", linestyle="--", linewidth=1)
            axes.text(
                place + 0.5,
                0.5,
                f"{name} from here",
                rotation=90,
                va="center",
                ha="center",
                fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                transform=axes.get_xaxis_transform(),
            )


def draw_classes(figure: "Figure", material: Material) -> bool:
    """Draw how many training films each label has, before and after augmentation."""
    training = material.values.get("training")
    if not training:
        return False
    classes, (own, *_) = training["data"]["classes"], training["data"]["counts"]
    rows = (("films", own), ("learned from in an epoch", training["data"]["learned"]))
    figure.set_size_inches(5.2, 1.6 + 0.45 * len(classes))
    axes = figure.add_subplot()
    places = np.arange(len(classes))
    for shift, (words, counts) in zip((-0.2, 0.2), rows, strict=True):
        axes.bar_label(axes.barh(places + shift, counts, 0.38, label=words), fontsize=8, padding=2)
    axes.set_yticks(places, classes)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(*own, *rows[1][1], 1))
    axes.set_xlabel("training films")
    axes.set_title("Training films, before and after augmentation")
    # Beside the bars: classes of one size leave no corner free.
    figure.legend(fontsize=8, ncols=2, loc="outside upper center")
    return True
