"""Reads the tensors of a torch checkpoint without torch: the pickle may name four things, and nothing else is made.

Understood is the form that ``torch.save`` wrote before version 1.6 of a plain state dict: three pickles of greeting
(magic number, protocol version, system), the pickle of the dict, the pickle of the storages' keys, then each storage as
its number of values (8 bytes, little-endian) and the values.
"""

import collections
import io
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow_contracts.errors import BadInput

Tensors = Mapping[str, npt.NDArray[Any]]

_GREETING_PICKLES = 3
_STORAGES: Mapping[str, npt.DTypeLike] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_tensors(content: bytes) -> Tensors:
    """Returns the tensors of a checkpoint by name. Raises BadInput for another format or an unknown name."""
    try:
        return _read(io.BytesIO(content))
    except (
        pickle.UnpicklingError,
        ValueError,
        TypeError,
        LookupError,
        EOFError,
        AttributeError,
        struct.error,
    ) as error:
        raise BadInput(f"The checkpoint cannot be read: {error}", code="corrupt-media") from error


@dataclass(frozen=True)
class _View:
    """A tensor as the pickle describes it: a part of a storage; offset and strides count values."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The tensor's own copy of its values."""
        last = self.offset + sum((count - 1) * step for count, step in zip(self.shape, self.strides, strict=True))
        # numpy trusts the strides, and would read whatever memory lies there.
        if min((self.offset, *self.strides), default=0) < 0 or min(self.shape, default=1) < 1 or last >= len(values):
            raise ValueError("a tensor reaches outside its storage")
        steps = [step * values.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, steps).copy()


class _Reader(pickle.Unpickler):
    """An unpickler that knows the names of a plain state dict; ``kinds`` gathers the storages' types by key."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self.kinds: dict[str, npt.DTypeLike] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Returns one of the allowed things; each of them only keeps values."""
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _STORAGES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a state dict")

    def persistent_load(self, reference: Any) -> str:
        """A storage by its key; the values come later in the file."""
        kind, name, key = reference[:3]
        if kind != "storage":
            raise pickle.UnpicklingError(f"{kind!r} is not a storage")
        self.kinds[str(key)] = _STORAGES[name]
        return str(key)


def _view(storage: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> _View:
    return _View(storage, offset, tuple(shape), tuple(strides))


def _read(stream: io.BytesIO) -> Tensors:
    for _ in range(_GREETING_PICKLES):
        _Reader(stream).load()
    reader = _Reader(stream)
    views = reader.load()
    storages = {str(key): _storage(stream, np.dtype(reader.kinds[str(key)])) for key in _Reader(stream).load()}
    return {str(name): view.of(storages[view.storage]) for name, view in views.items()}


def _storage(stream: io.BytesIO, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    (count,) = struct.unpack("<q", stream.read(8))
    return np.frombuffer(stream.read(max(count, 0) * kind.itemsize), kind)
