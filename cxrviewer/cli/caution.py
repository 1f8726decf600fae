"""The caution of a model that was asked for by name, told before its results."""

from cxrviewer.cli.failures import say
from cxrviewer.core.bundle import Bundle


def tell_caution(bundle: Bundle) -> None:
    """Say on stderr what stands beside every result of a model, if anything does."""
    if bundle.manifest.caution:
        say(bundle.manifest.caution)
