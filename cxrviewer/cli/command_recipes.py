"""`cxrviewer recipes`: what can be trained."""

import argparse
from dataclasses import asdict

from cxrviewer.cli import columns, output
from cxrviewer.core.recipe import WHOLE, Phase, Recipe
from cxrviewer.core.recipes import DEFAULT_RECIPE, RECIPES

_HEADER = ("recipe", "labels", "phases", "what", "backbones")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout, with every setting")


def run(arguments: argparse.Namespace) -> int:
    """List the recipes; the first backbone of each is the one it takes if none is named."""
    if arguments.json:
        output.write_json([asdict(recipe) for recipe in RECIPES.values()])
        return 0
    output.write("\n".join(columns.lines(_HEADER, [_row(each) for each in RECIPES.values()])))
    output.write("Any backbone may be chosen with any recipe; those named are the paper's.")
    return 0


def _row(recipe: Recipe) -> tuple[str, ...]:
    default = " (default)" if recipe.name == DEFAULT_RECIPE else ""
    labels = "one a film" if recipe.activation == "softmax" else "several a film"
    phases = ", ".join(_phase(phase) for phase in recipe.phases)
    return f"{recipe.name}{default}", labels, phases, recipe.title, _backbones(recipe)


def _phase(phase: Phase) -> str:
    trained = {0: "head", WHOLE: "all"}.get(phase.unfrozen, f"last {phase.unfrozen}")
    return f"{phase.epochs} x {trained}"


def _backbones(recipe: Recipe) -> str:
    first, *others = dict.fromkeys((recipe.backbone, *recipe.backbones))
    return " ".join((first, *others))
