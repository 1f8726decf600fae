"""What the learning part of a network is fed with, computed once and kept.

Below the cut nothing changes while a phase learns, so the activations there are the inputs of
all its epochs. They are exact: float32, unless the precision asked for is bfloat16.
"""

import contextlib
import hashlib
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.network import Network, pool, tail, trunk
from cxrviewer.learning.preprocess import unit
from cxrviewer.learning.trainer import augment
from cxrviewer.learning.trainer.films import Films
from cxrviewer.learning.trainer.keep import Keep, Table, digest
from cxrviewer.learning.trainer.prefetch import ahead
from cxrviewer.learning.trainer.runner import BATCH, Runner, Work
from cxrviewer.learning.trainer.samples import Samples
from cxrviewer.learning.trainer.store import Store

# Films a processor works on at once: more do not fit its cache and take longer each.
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """What inputs are made from, the same for every cut.

    Attributes
    ----------
    network
        Its stages up to a cut are used as they are when inputs there are prepared.
    precision
        `float32` or `bfloat16`, of the arithmetic and of what is kept.
    """

    films: Films
    samples: Samples
    network: Network
    runner: Runner
    keep: Keep
    precision: str = "float32"


class Inputs:
    """The rows of `Samples` as activations after one stage, or as pictures.

    Parameters
    ----------
    cut
        Name of a stage, or empty for the network's own inputs, which are made anew each time.
        After the last stage the activations are kept pooled, (channels, 1, 1).
    earlier
        Prepared inputs of the same source at an earlier stage, to start from.
    """

    def __init__(self, source: Source, cut: str, *, earlier: "Inputs | None" = None) -> None:
        self.cut = cut
        self._source = source
        self._earlier = earlier
        self._device = source.runner.device.name
        self._mean = np.asarray(source.films.rule.mean, dtype=np.float32)
        self._std = np.asarray(source.films.rule.std, dtype=np.float32)
        self._stores: tuple[Store, ...] = ()
        self._work: Work | None = None

    def prepare(self) -> Generator[BatchDone, None, None]:
        """Compute the activations that no run has kept yet.

        Where they would take more than the cache may, nothing is kept and every batch is
        computed when it is asked for.

        Raises
        ------
        ExportError
            If they cannot be kept.
        """
        if not self.cut or self._stores or self._work:
            return
        keys = _row_keys(self._source.films.keys, self._source.samples)
        tables = self._tables()
        missing = [table.missing(keys[rows]) + rows.start for table, rows in tables]
        if any(map(len, missing)):
            self._work = self._frozen_part()
            bytes_of = [self._activations(np.array([rows.start])).nbytes for _, rows in tables]
            sizes = [rows.stop - rows.start for _, rows in tables]
            if np.dot(bytes_of, sizes) > self._source.keep.budget:
                return
            done, total = 0, sum(map(len, missing))
            for (table, _), lacking in zip(tables, missing, strict=True):
                yield from self._compute(table, keys, lacking, done=done, total=total)
                done += len(lacking)
        self._stores = tuple(table.store(keys[rows]) for table, rows in tables)
        self._work = None

    def batch(self, rows: Array) -> Tensor:
        """Return these rows, float32 (n, channels, height, width), channels last, on the device.

        Parameters
        ----------
        rows
            int64, (n,): indices into the rows of the samples; of one size.
        """
        if self._work is not None:
            return _tensor(self._activations(rows)).to(self._device)
        return _tensor(self._kept(rows)).to(self._device)

    def batches(self, batches: Iterable[Array]) -> Generator[Tensor, None, None]:
        """Yield `batch` of each, the next ones made in threads meanwhile.

        Close the generator where it is not used up.
        """
        if self._work is not None:
            # The network computes in one thread at a time; only its inputs are made ahead.
            with contextlib.closing(ahead(self._below, batches)) as below:
                for made in below:
                    yield _tensor(self._worked(made)).to(self._device)
            return
        with contextlib.closing(ahead(self._kept, batches)) as kept:
            for rows in kept:
                yield _tensor(rows).to(self._device)

    def _tables(self) -> list[tuple[Table, slice]]:
        """Return where rows are kept: all in one table, but views of a size of their own apart."""
        samples, rule = self._source.samples, self._source.films.rule
        table = partial(self._source.keep.table, "features")
        if samples.views.side in (0, rule.height):
            return [(table(self._key()), slice(0, samples.rows))]
        return [
            (table(self._key()), slice(0, samples.films)),
            (table(digest(self._key(), samples.views.side)), slice(samples.films, samples.rows)),
        ]

    def _compute(
        self, table: Table, keys: Array, missing: Array, *, done: int, total: int
    ) -> Generator[BatchDone, None, None]:
        parts = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
        with table.writer() as writer, contextlib.closing(ahead(self._below, parts)) as below:
            for rows, made in zip(parts, below, strict=True):
                writer.add(keys[rows], self._worked(made))
                done += len(rows)
                yield from self._source.runner.tell("features", done=done, total=total)

    def _kept(self, rows: Array) -> Array:
        """Return rows as they are kept, (n, height, width, channels)."""
        if not self.cut:
            return self._pictures(rows)
        if not self._stores:
            raise RuntimeError("prepare() comes first")
        first = self._source.samples.films
        if len(self._stores) > 1 and len(rows) and rows[0] >= first:
            return self._stores[1].read(rows - first)
        return self._stores[0].read(rows)

    def _below(self, rows: Array) -> Tensor:
        """Return what the frozen part works on."""
        return self._earlier.batch(rows) if self._earlier else _tensor(self._pictures(rows))

    def _activations(self, rows: Array) -> Array:
        return self._worked(self._below(rows))

    def _worked(self, below: Tensor) -> Array:
        assert self._work is not None
        made = self._source.runner.run(self._work, below).permute(0, 2, 3, 1).contiguous()
        if made.dtype is torch.bfloat16:
            # NumPy has no such type; these are its bits.
            return made.view(torch.int16).numpy().view(np.uint16)
        return made.numpy()

    def _pictures(self, rows: Array) -> Array:
        """Return scaled views, float32 (n, height, width, 3)."""
        samples = self._source.samples
        levels = self._source.films.greys.read(samples.film[rows])
        if not samples.view[rows].any():
            greys = unit(levels)[..., None]
        else:
            greys = np.stack(
                [
                    samples.views.of(
                        levels[index],
                        int(samples.view[row]),
                        mirrored=bool(samples.mirrored[row]),
                    ).transpose(1, 2, 0)
                    for index, row in enumerate(rows)
                ]
            )
        scaled: Array = (greys - self._mean) / self._std
        return scaled

    def _frozen_part(self) -> Work:
        """Return the stages from where the inputs begin to the cut, in their quickest form."""
        network = folded(self._source.network.to(self._device))
        before = self._earlier.cut if self._earlier else ""
        begun = tail(network, before) if before else network
        stages = trunk(begun, self.cut)
        last = self.cut == network.stages[-1]
        device = self._device
        half = self._source.precision == "bfloat16"

        at_once = _AT_ONCE if device == "cpu" else BATCH

        def work(batch: Tensor) -> Tensor:
            with torch.autocast(device, torch.bfloat16, enabled=half):
                made = [stages(some) for some in torch.split(batch, at_once)]
            whole = torch.cat(made)
            whole = pool(whole)[:, :, None, None] if last else whole
            return whole.bfloat16() if half else whole

        return work

    def _key(self) -> str:
        """Stand for all that decides an activation besides the film and the view."""
        rule = self._source.films.rule
        frozen = trunk(self._source.network, self.cut)
        return digest(
            (rule.height, rule.width, rule.resize, rule.mean, rule.std),
            self.cut,
            self._source.precision,
            self._device,
            torch.__version__,
            repr(frozen),
            _weights_digest(frozen.state_dict()),
        )


def _weights_digest(state: dict[str, Tensor]) -> str:
    made = hashlib.blake2b(digest_size=16)
    for name, tensor in state.items():
        made.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        made.update(tensor.detach().cpu().numpy().tobytes())
    return made.hexdigest()


def _row_keys(films: Array, samples: Samples) -> Array:
    """Return a number for each row, uint64: that of the film, mixed with that of the view."""
    keys = films[samples.film].copy()
    views, drawn = samples.view * 2 + samples.mirrored, samples.views
    scheme = np.uint64(int(digest(drawn.scheme, augment.VERSION, drawn.seed)[:16], 16))
    changed = samples.view > 0
    keys[changed] = _mixed(keys[changed] ^ _mixed(views[changed].astype(np.uint64) ^ scheme))
    return keys


def _mixed(numbers: Array) -> Array:
    """Spread the bits of uint64 numbers (the finaliser of SplitMix64; Steele et al. 2014)."""
    z = numbers + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Array = z ^ (z >> np.uint64(31))
    return mixed


def _tensor(rows: Array) -> Tensor:
    """Return rows (n, height, width, channels) as float32 (n, channels, height, width)."""
    if rows.dtype == np.uint16:
        return (
            torch.from_numpy(rows.view(np.int16)).view(torch.bfloat16).float().permute(0, 3, 1, 2)
        )
    return torch.from_numpy(rows).permute(0, 3, 1, 2)
