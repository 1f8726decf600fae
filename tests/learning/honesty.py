"""What heat maps are compared by, and networks that have forgotten what they learned.

References
----------
Adebayo et al. 2018, Sanity Checks for Saliency Maps.
"""

import copy

import numpy as np
import torch

from cxrviewer.core.film import Array
from cxrviewer.learning.networks.backbones import Network


def forgetful(network: Network, stages: int, *, seed: int) -> Network:
    """Return a copy whose head and last stages hold random weights, those nearest the output first.

    Parameters
    ----------
    stages
        How many of the last stages forget besides the head.
    """
    forgotten = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    first = len(forgotten.features) - stages
    for part in (forgotten.classifier, *list(forgotten.features)[first:]):
        for parameter in part.parameters():
            if parameter.dim() > 1:
                # The spread a layer is started with: signals neither grow nor fade.
                spread = (2 / parameter[0].numel()) ** 0.5
                parameter.data.normal_(0, spread, generator=generator)
    return forgotten


def likeness(one: Array, other: Array) -> float:
    """Return Spearman's rank correlation of two maps of one shape; 0 where one of them is flat."""
    ranks = [values.ravel().argsort().argsort().astype(np.float64) for values in (one, other)]
    if min(np.ptp(one), np.ptp(other)) == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])
