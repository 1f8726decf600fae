"""The networks that timm writes; its import takes seconds and waits until one is asked for."""

from typing import Any

from cxrviewer.learning.networks import vision  # noqa: F401 - must be imported before timm


def timm_network(name: str) -> Any:
    """Return a network of timm's with random weights; its parts are untyped."""
    import timm

    return timm.create_model(name, num_classes=1)
