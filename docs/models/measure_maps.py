"""Measure a bundle's heat maps on films it did not learn from, and write the page.

    python docs/models/measure_maps.py BUNDLE SHARED [--out FOLDER] [--films N]

What is asked: whether the maps change when the network forgets, whether another label has another
map, whether hiding the places they point at changes the answer more than hiding others, whether
they lie over the lungs, and whether they meet the boxes that a reader has drawn. The figures go to
OUT/ID.maps.json, the page to OUT/ID.maps.md.
"""

import argparse
import json
from pathlib import Path
from string import Template
from typing import Any

import map_values
from honesty import Explained, Removal, centred
from map_films import boxed, called, listed
from map_measures import flip, in_lungs, pointing, randomisation, removal

from cxrviewer.core.bundle import read_bundle
from cxrviewer.learning import device, explain

_HERE = Path(__file__).parent
TEMPLATE = _HERE / "maps.md.in"
FILMS, HIDDEN, TRIED, RANDOMS = 300, 120, 20, 3
# What else hides a place, and by what it is judged; the first is the published way of insertion.
WAYS = {
    "blur of a 45th of the side": Removal(hides="blur", blur=5 / 224),
    "blur of a 16th": Removal(hides="blur"),
    "blur of a fifth": Removal(hides="blur", blur=1 / 5),
    "the film's mean grey": Removal(hides="grey"),
    "another film, log odds": Removal(odds=True),
    "another film, 32 steps": Removal(steps=32),
}
# Other kinds of map: the method and the place of the stage.
KINDS: dict[str, dict[str, Any]] = {
    "as the program draws it": {},
    "Grad-CAM++": {"method": "gradcam++"},
    "LayerCAM": {"method": "layercam"},
    "HiResCAM, a finer stage": {"method": "hirescam", "stage": -6},
    "LayerCAM, a finer stage": {"method": "layercam", "stage": -6},
}


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=_HERE)
    parser.add_argument("--films", type=int, default=FILMS)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    device.use_threads(arguments.threads)
    explained = Explained(read_bundle(arguments.bundle))
    values = measured(explained, arguments.shared.resolve(), most=arguments.films)
    file = arguments.out / f"{explained.manifest.id}.maps.json"
    file.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    page = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(map_values.page(values))
    file.with_suffix(".md").write_text(page, encoding="utf-8")
    return 0


def measured(explained: Explained, shared: Path, *, most: int) -> dict[str, Any]:
    """Return everything that the page and the card tell."""
    manifest = explained.manifest
    films, asked = called(explained, listed(manifest.id, shared), most=most)
    print(f"{len(films)} films called of {asked} asked", flush=True)
    grid = explained.map(films[0].greys, films[0].labels[0]).shape
    less = {"logits less their mean": {"network": centred(explained.network)}}
    kinds = KINDS | (less if manifest.activation == "softmax" else {})
    steps = {
        "randomisation": lambda: randomisation(explained, films),
        "flip": lambda: flip(explained, films),
        "removal": lambda: removal(explained, films[:HIDDEN]),
        "lungs": lambda: in_lungs(explained, films),
        "pointing": lambda: _pointing(explained, shared),
        "ways": lambda: {
            name: removal(explained, films[:TRIED], way=way, randoms=RANDOMS)
            for name, way in WAYS.items()
        },
        "kinds": lambda: removal(explained, films[:TRIED], randoms=RANDOMS, kinds=kinds),
    }
    values: dict[str, Any] = {
        "id": manifest.id,
        "version": manifest.version,
        "weights_sha256": manifest.weights_sha256,
        "method": explain.DEFAULT_METHOD,
        "grid": list(grid),
        "side": [manifest.input.height, manifest.input.width],
        "films": len(films),
        "patients": len({film.owner for film in films}),
        "asked": asked,
    }
    for name, step in steps.items():
        values[name] = step()
        print(name, json.dumps(values[name])[:400], flush=True)
    return values


def _pointing(explained: Explained, shared: Path) -> dict[str, Any] | None:
    films = boxed(explained, shared)
    return pointing(explained, films) if films else None


if __name__ == "__main__":
    raise SystemExit(main())
