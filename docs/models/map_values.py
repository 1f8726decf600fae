"""What was measured of a bundle's heat maps, in words, from what `measure_maps.py` left."""

import json
from pathlib import Path
from typing import Any

from tables import counted, table

from cxrviewer.core.manifest import Manifest

Values = dict[str, Any]

_NOT_YET = "Not measured for these weights yet."
_FORGOTTEN = {
    "head": "of the same network whose head forgot",
    "last 2": "whose head and last 2 stages forgot",
    "last 6": "whose head and last 6 stages forgot",
}
_OTHERS = {"next": "the next likely finding", "negative": "no finding"}
_WAYS = ("insertion", "deletion")
_NAMES = {"gradcam": "Grad-CAM", "hirescam": "HiResCAM", "layercam": "LayerCAM"}
_GAINS = ("over_random", "over_turned")


def words(manifest: Manifest) -> str:
    """Return the section of a card; nothing that was measured of other weights."""
    file = Path(__file__).with_name(f"{manifest.id}.maps.json")
    values = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if values.get("weights_sha256") != manifest.weights_sha256:
        return _NOT_YET
    return card(values)


def card(values: Values) -> str:
    """Return the section of a card: the main figures, good and bad, and where the rest stands."""
    kept, changed, hidden = values["randomisation"], values["flip"], values["removal"]
    lungs = values["lungs"]
    lines = [
        f"Heat maps ({_kind(values)}, a grid of {_by(values['grid'])} places) show where the model "
        "looked, not where disease is. Measured on "
        f"{values['films']} films of {values['patients']} patients "
        "that the model did not learn from and calls a finding on; 95 % intervals "
        "from drawing patients:",
        "",
        "- **Do they depend on what was learned?** Rank correlation with the map of the same "
        f"network whose head forgot {_value(kept['kept']['head'])}, whose last 6 stages forgot too "
        f"{_value(kept['kept']['last 6'])}; between films of two patients "
        f"{_value(kept['between_films'])}.",
        "- **Do they depend on the label?** Rank correlation with the map of "
        + ", of ".join(f"{_OTHERS[n]} {_value(one['likeness'])}" for n, one in changed.items())
        + ".",
        "- **Does the answer rest on what they point at?** Places of the film took the place of "
        "those of another film on which nothing is called, and the other way round, in the order "
        "of the map and of random maps of the same grid. Mean difference of the finding's "
        "probability, written so that above 0 is better for the map: at insertion "
        f"{_signed(hidden['map']['insertion']['over_random'])}, at deletion "
        f"{_signed(hidden['map']['deletion']['over_random'])}, together "
        f"{_signed(hidden['map']['together']['over_random'])}: "
        f"{_verdict(hidden['map']['together']['over_random'])} ({hidden['whole']['n']} films). "
        "Against the same map turned by 180 degrees, as smooth and as large: "
        f"{_signed(hidden['map']['together']['over_turned'])}, "
        f"{_verdict(hidden['map']['together']['over_turned'])}.",
        "- **Do they lie over the lungs?** The lungs are "
        f"{lungs['area']['value']:.0%} of the film and hold {lungs['heat']['value']:.0%} of the "
        f"heat; difference {_signed(lungs['gain'])}: {_verdict(lungs['gain'])} "
        f"({lungs['gain']['n']} films on which the lungs could be found, of {lungs['asked']}).",
        *_pointing_line(values["pointing"]),
        "",
        f"What was asked and how: [the maps' page]({_page_of(values)}).",
    ]
    return "\n".join(lines)


def page(values: Values) -> dict[str, str]:
    """Return the values that the page's template names."""
    return {
        "id": values["id"],
        "version": values["version"],
        "kind": _kind(values),
        "grid": _by(values["grid"]),
        "side": _by(values["side"]),
        "films": str(values["films"]),
        "patients": str(values["patients"]),
        "asked": str(values["asked"]),
        "networks": str(values["randomisation"]["networks"]),
        "randomisation": _randomisation(values["randomisation"]),
        "flip": _flip(values["flip"]),
        "removal": _removal(values["removal"]),
        "random_maps": str(values["removal"]["random_maps"]),
        "hidden": _value(values["removal"]["hidden"]),
        "whole": _value(values["removal"]["whole"]),
        "ways": _ways(values["ways"] | {"as above, more films": values["removal"]}),
        "kinds": _kinds(values["kinds"]),
        "tried_films": str(values["kinds"]["whole"]["n"]),
        "lungs": _lungs(values["lungs"]),
        "pointing": _pointing(values["pointing"]),
    }


def _kind(values: Values) -> str:
    return f"{_NAMES[values['method']]} of the label's logit at the last stage"


def _by(sizes: list[int]) -> str:
    return " x ".join(map(str, sizes))


def _page_of(values: Values) -> str:
    return f"../../docs/models/{values['id']}.maps.md"


def _value(found: Values) -> str:
    return f"{found['value']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


def _signed(found: Values) -> str:
    return f"{found['value']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def _verdict(gain: Values) -> str:
    """Say what a gain over chance amounts to; an interval with 0 in it is no evidence."""
    if gain["low"] > 0:
        return "better than chance"
    return "worse than chance" if gain["high"] < 0 else "no evidence that it beats chance"


def _pointing_line(found: Values | None) -> list[str]:
    if not found:
        return []
    return [
        "- **Do they meet the boxes a reader drew?** The hottest point lies in the box on "
        f"{counted(found['hits'])} films; the film's centre does on {counted(found['centre'])}, a "
        f"random point on {_value(found['random'])}; against that, "
        f"{_verdict(found['hits_over_random'])}. Boxes hold {_value(found['energy'])} of the heat "
        f"and {_value(found['energy_random'])} of the area: {_verdict(found['energy_over_area'])}."
    ]


def _randomisation(found: Values) -> str:
    rows = [
        (f"the map and that {_FORGOTTEN[name]}", _value(one)) for name, one in found["kept"].items()
    ]
    rows.append(("the maps of two patients", _value(found["between_films"])))
    return table(("rank correlation of", "mean (95 %)"), rows)


def _flip(found: Values) -> str:
    rows = [
        (_OTHERS[name], _value(one["likeness"]), _value(one["differs"]))
        for name, one in found.items()
    ]
    head = ("with the map of", "rank correlation", "share of films where it is below 0.5")
    return table(head, rows)


def _removal(found: Values) -> str:
    rows = [
        (
            way,
            *(_value(found["map"][way][column]) for column in ("map", "random", "turned")),
            *(_signed(found["map"][way][column]) for column in _GAINS),
        )
        for way in _WAYS
    ]
    together = (_signed(found["map"]["together"][column]) for column in _GAINS)
    rows.append(("together", "", "", "", *together))
    head = ("", "map", "random maps", "map turned", "gain over random", "gain over turned")
    return table(head, rows)


def _ways(found: Values) -> str:
    rows = [
        (name, str(one["whole"]["n"]), _value(one["hidden"]), *_over_random(one["map"]))
        for name, one in found.items()
    ]
    head = ("hidden by", "films", "probability when all is hidden", *_WAYS, "together")
    return table(head, rows)


def _kinds(found: Values) -> str:
    rows = [
        (name, *_over_random(one))
        for name, one in found.items()
        if isinstance(one, dict) and "together" in one
    ]
    return table(("map", *_WAYS, "together"), rows)


def _over_random(found: Values) -> list[str]:
    return [_signed(found[way]["over_random"]) for way in (*_WAYS, "together")]


def _lungs(found: Values) -> str:
    rows = [
        (
            name,
            _value(found[f"{key}area"]),
            _value(found[f"{key}heat"]),
            _signed(found[f"{key}gain"]),
        )
        for name, key in (("the lungs", ""), ("the lungs and what lies between", "chest_"))
    ]
    told = table(("region", "share of the film", "share of the heat", "difference"), rows)
    return f"{found['gain']['n']} of {found['asked']} films.\n\n{told}"


def _pointing(found: Values | None) -> str:
    if not found:
        return "No label of this model is among the findings that were boxed."
    films = ", ".join(f"{name} {count}" for name, count in found["findings"].items())
    points = [
        ("the map's hottest point", counted(found["hits"])),
        ("... on films it did not learn from", counted(found["hits_not_learned"])),
        ("the film's centre", counted(found["centre"])),
        ("a random point", _value(found["random"])),
        ("the hottest point of another patient's map", _value(found["another_film"])),
        ("map less random point", _signed(found["hits_over_random"])),
        ("map less centre", _signed(found["hits_over_centre"])),
    ]
    energies = [
        ("the map's heat", _value(found["energy"])),
        ("a box of mean size in the centre", _value(found["energy_centre_box"])),
        ("the whole film (the boxes' share of the area)", _value(found["energy_random"])),
        ("map less whole film", _signed(found["energy_over_area"])),
        ("map less centre box", _signed(found["energy_over_centre_box"])),
    ]
    return "\n\n".join(
        (
            f"Boxes: {films}; {found['learned']} of these films the model learned from, by their "
            f"labels. {found['empty']} maps were empty and count as misses.",
            table(("point", "in the box (95 %)"), points),
            table(("heat", "share in the box (95 %)"), energies),
        )
    )
