"""`cxrviewer recipes`: what can be trained."""

import argparse
from dataclasses import asdict

from cxrviewer.cli import output
from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import DEFAULT_RECIPE, RECIPES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """List the recipes."""
    if arguments.json:
        output.write_json([asdict(recipe) for recipe in RECIPES.values()])
    else:
        for recipe in RECIPES.values():
            output.write(_line(recipe))
    return 0


def _line(recipe: Recipe) -> str:
    phases = ", then ".join(f"{phase.name} ({phase.epochs} epochs)" for phase in recipe.phases)
    default = " (default)" if recipe.name == DEFAULT_RECIPE else ""
    return f"{recipe.name}{default}: {recipe.title}; {recipe.backbone}: {phases}"
