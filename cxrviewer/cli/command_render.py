"""`cxrviewer render`: a film as first shown, as a picture."""

import argparse

from cxrviewer.cli.film_reading import read_film
from cxrviewer.cli.named_path import named_path
from cxrviewer.core import paths
from cxrviewer.imaging import display, pictures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("film", type=named_path, metavar="FILM")
    parser.add_argument("out", type=named_path, metavar="OUT.png")
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8, help="of a grey value")


def run(arguments: argparse.Namespace) -> int:
    """Write the film at full resolution with its default window and no overlay."""
    paths.spare_films(arguments.out, [arguments.film])
    film = read_film(arguments.film)
    pictures.write_picture(display.render(film, bits=arguments.bits), arguments.out, text={})
    return 0
