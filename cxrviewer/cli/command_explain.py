"""`cxrviewer explain`: where the model looked for one label."""

import argparse

import numpy as np

from cxrviewer.cli import output
from cxrviewer.cli.failures import say
from cxrviewer.cli.film_reading import read_film
from cxrviewer.cli.named_path import named_path
from cxrviewer.cli.operating_point import add_operating_point
from cxrviewer.core import paths
from cxrviewer.core.analysis import HEAT_MEANING, NO_EVIDENCE, NOTICE, Analysis, HeatMap, Status
from cxrviewer.core.bundle import DEFAULT_MODEL, find_bundle
from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array, Film
from cxrviewer.imaging import caption, display, overlay, pictures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("film", type=named_path, metavar="FILM")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="id or folder of the model")
    parser.add_argument("--label", default="", help="id; the likeliest finding if omitted")
    parser.add_argument(
        "--layer",
        default="",
        help="stage of the network, name or number from 1; the last if omitted",
    )
    parser.add_argument("--method", default="gradcam", help="kind of heat map")
    parser.add_argument(
        "--opacity", type=_percent, default=40, metavar="PERCENT", help="of the heat map, 0 to 100"
    )
    parser.add_argument("--out", type=named_path, required=True, metavar="PNG", help="the picture")
    parser.add_argument(
        "--anyway", action="store_true", help="explain a film that the model refuses; logged"
    )
    parser.add_argument(
        "--heat", type=named_path, metavar="NPY", help="the heat map, float32 0 to 1 at film size"
    )
    add_operating_point(parser)


def _percent(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 100):
        raise argparse.ArgumentTypeError("an opacity is 0 to 100 per cent")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Write the picture, and the heat map if asked; both or neither."""
    if arguments.heat == arguments.out:
        arguments.wrong_usage("--out and --heat are two files; name two")
    for target in filter(None, (arguments.out, arguments.heat)):
        paths.spare_films(target, [arguments.film])
    bundle = find_bundle(arguments.model)
    bundle.manifest.check_point(arguments.operating_point)
    film = read_film(arguments.film)
    from cxrviewer.learning import device
    from cxrviewer.learning.classifier import Classifier

    device.use_threads(0)
    analysis = Classifier.load(bundle).analyse(
        film,
        label=arguments.label.lower(),
        layer=arguments.layer,
        method=arguments.method.lower(),
        anyway=arguments.anyway,
    )
    if analysis.status is Status.REFUSED:
        raise FilmError(f"{film.path.name}: {analysis.reason}")
    if analysis.status is Status.WARN and (arguments.anyway or bundle.manifest.caution):
        say(f"{film.path.name}: {analysis.reason}")
    heat = _heat(film, analysis.heat_map)
    opacity = arguments.opacity / 100
    picture = _picture(film, heat, opacity=opacity, warning=analysis.reason)
    text = _text(analysis.at(arguments.operating_point))
    if arguments.heat is None:
        pictures.write_picture(picture, arguments.out, text=text)
    else:
        with output.writing(arguments.heat) as temporary:
            with temporary.open("wb") as file:
                np.save(file, heat, allow_pickle=False)
            pictures.write_picture(picture, arguments.out, text=text)
    return 0


def _heat(film: Film, heat_map: HeatMap | None) -> Array:
    """Return the map in film geometry; all zero, and a sentence, where it is no evidence."""
    if heat_map is None or heat_map.flaw:
        cause = f" ({heat_map.flaw})" if heat_map is not None else ""
        say(f"{film.path.name}: {NO_EVIDENCE}{cause}; the picture is the film alone.")
        return np.zeros((film.rows, film.columns), dtype=np.float32)
    return overlay.heat_in_film(heat_map, rows=film.rows, columns=film.columns)


def _picture(film: Film, heat: Array, *, opacity: float, warning: str) -> Array:
    """Blend as on screen; where something was drawn on the film, notice and warning go with it."""
    blended = overlay.blend(display.render(film), heat, opacity=opacity)
    drawn = opacity > 0 and bool(heat.any())
    text = "\n".join(filter(None, (warning, f"{NOTICE} - {HEAT_MEANING}")))
    return caption.burn_in(blended, text) if drawn else blended


def _text(analysis: Analysis) -> dict[str, str]:
    heat_map = analysis.heat_map
    named = {
        "Model": f"{analysis.model} {analysis.version}",
        "Meaning": HEAT_MEANING,
        "Call": analysis.call,
        "Operating point": analysis.point,
    }
    if analysis.reason:
        named["Warning"] = analysis.reason
    if heat_map is None:
        return named
    return {
        **named,
        "Label": heat_map.label,
        "Method": heat_map.method,
        "Layer": heat_map.layer,
    }
