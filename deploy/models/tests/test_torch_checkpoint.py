"""Checkpoints are read as data: what they may name is a short list, and no tensor reaches outside its storage."""

import collections
import io
import os
import pickle
import struct
import sys
import types
from typing import Any

import numpy as np
import pytest

from winnow_contracts.errors import BadInput
from winnow_models.torch_checkpoint import read_tensors

VALUES = np.arange(12, dtype="<f4")


class Storage:
    """Stands for a storage of torch in what the tests pickle."""

    def __init__(self, key: str) -> None:
        self.key = key


class Tensor:
    """Pickles as torch's tensors do."""

    def __init__(self, storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.parts = (storage, offset, shape, strides, False, collections.OrderedDict())

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.parts


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Only the names that a checkpoint refers to: torch itself is not here."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2() -> None: ...

    class FloatStorage: ...

    for thing, module in ((_rebuild_tensor_v2, utils), (FloatStorage, torch)):
        thing.__module__, thing.__qualname__ = module.__name__, thing.__name__
        setattr(module, thing.__name__, thing)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return torch


def checkpoint(state: Any, values: np.ndarray = VALUES) -> bytes:
    """The file that torch.save would write for this state."""
    out = io.BytesIO()
    for greeting in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
        pickle.dump(greeting, out, protocol=2)

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing: Any) -> Any:
            if not isinstance(thing, Storage):
                return None
            return ("storage", sys.modules["torch"].FloatStorage, thing.key, "cpu", len(values), None)

    Pickler(out, protocol=2).dump(state)
    pickle.dump(["7"], out, protocol=2)
    out.write(struct.pack("<q", len(values)) + values.tobytes())
    return out.getvalue()


def state(offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> dict[str, Tensor]:
    return collections.OrderedDict(w=Tensor(Storage("7"), offset, shape, strides))


def test_a_tensor_is_the_part_of_its_storage_that_it_says() -> None:
    read = read_tensors(checkpoint(state(1, (2, 3), (3, 1))))
    assert read["w"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert read_tensors(checkpoint(state(0, (2, 3), (1, 4))))["w"].tolist() == [[0, 4, 8], [1, 5, 9]]


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(7, (2, 3), (3, 1)), (0, (2, 3), (30, 1)), (-1, (2,), (1,)), (3, (2,), (-1,)), (0, (2, 0), (1, 1)), (0, (2,), ())],
    ids=["end", "stride", "before", "backwards", "empty", "one stride too few"],
)
def test_a_tensor_outside_its_storage_is_refused(offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        read_tensors(checkpoint(state(offset, shape, strides)))


@pytest.mark.parametrize("called", [os.system, print, eval, getattr])
def test_nothing_but_tensors_is_made(called: Any, capsys: pytest.CaptureFixture[str]) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return called, ("print('done')",)

    with pytest.raises(BadInput, match="is not part of a state dict"):
        read_tensors(checkpoint(collections.OrderedDict(w=Hostile())))
    assert capsys.readouterr().out == ""


def test_a_file_cut_anywhere_is_refused() -> None:
    whole = checkpoint(state(0, (12,), (1,)))
    for length in range(0, len(whole), 7):
        with pytest.raises(BadInput):
            read_tensors(whole[:length])


def test_another_form_is_refused() -> None:
    with pytest.raises(BadInput):
        read_tensors(b"PK\x03\x04 a newer checkpoint is a zip")
