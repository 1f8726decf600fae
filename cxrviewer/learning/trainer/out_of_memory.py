"""What torch says when the memory does not suffice."""

import torch


def ran_out(error: BaseException) -> bool:
    """Tell whether an error means that the memory of the device did not suffice.

    The processor's allocator has no error of its own: it raises a RuntimeError with words.
    """
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and (
        "not enough memory" in str(error) or "can't allocate memory" in str(error)
    )
