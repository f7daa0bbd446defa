"""EfficientNet-lite0 as an ONNX graph, built from the tensors of its PyTorch checkpoint.

The network: Tan and Le, "EfficientNet", 2019, in the lite form of TensorFlow's authors (no squeeze-and-excite, ReLU6).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from winnow_models.torch_checkpoint import Tensors

SIDE_PIXELS = 224
CLASSES = 1000
FEATURES = 1280

_STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
"""Blocks of each stage, and the stride of its first block."""
_NORM_EPSILON = 1e-3
_OPSET = 13
_IR_VERSION = 8


def build_graph(tensors: Tensors) -> bytes:
    """Returns the model's ONNX bytes. Raises KeyError if a tensor is missing.

    In: ``input``, N x 3 x 224 x 224 float32. Out: ``logits``, N x 1000 (ImageNet-1k), and ``features``, N x 1280, the
    input of the last layer.
    """
    network = _Network(tensors)
    network.convolve("_conv_stem", "_bn0", stride=2)
    block = 0
    for blocks, stride in _STAGES:
        for place in range(blocks):
            network.block(f"_blocks.{block}.", stride if place == 0 else 1, skips=place > 0)
            block += 1
    network.convolve("_conv_head", "_bn1")
    network.classify("_fc")
    return bytes(network.model().SerializeToString())


class _Network:
    """A chain of nodes under construction; ``_end`` is the name of the latest output, ``_side`` its width in pixels."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._end = "input"
        self._side = SIDE_PIXELS
        self._keep("zero", np.float32(0))
        self._keep("six", np.float32(6))

    def block(self, name: str, stride: int, *, skips: bool) -> None:
        """Adds an inverted residual: expansion, depthwise convolution, projection; ``skips``: adds its input to the
        result.
        """
        before = self._end
        if f"{name}_expand_conv.weight" in self._tensors:
            self.convolve(f"{name}_expand_conv", f"{name}_bn0")
        self.convolve(f"{name}_depthwise_conv", f"{name}_bn1", stride=stride, depthwise=True)
        self.convolve(f"{name}_project_conv", f"{name}_bn2", activates=False)
        if skips:
            self._add("Add", self._end, before)

    def convolve(
        self, name: str, norm: str, *, stride: int = 1, depthwise: bool = False, activates: bool = True
    ) -> None:
        """Adds a convolution with the following batch norm folded into its weights, and ReLU6."""
        tensors = self._tensors
        scale = tensors[f"{norm}.weight"] / np.sqrt(tensors[f"{norm}.running_var"] + _NORM_EPSILON)
        weight = tensors[f"{name}.weight"] * scale[:, None, None, None]
        bias = tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * scale
        kernel = weight.shape[2]
        self._add(
            "Conv",
            *(self._end, self._keep(f"{name}.weight", weight), self._keep(f"{name}.bias", bias)),
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=self._pads(kernel, stride),
            group=weight.shape[0] if depthwise else 1,
        )
        if activates:
            self._add("Clip", self._end, "zero", "six")

    def classify(self, name: str) -> None:
        """Adds the mean over the picture and the last layer."""
        self._add("GlobalAveragePool", self._end)
        self._add("Flatten", self._end, output="features", axis=1)
        weight = self._keep(f"{name}.weight", self._tensors[f"{name}.weight"])
        bias = self._keep(f"{name}.bias", self._tensors[f"{name}.bias"])
        self._add("Gemm", "features", weight, bias, output="logits", transB=1)

    def model(self) -> onnx.ModelProto:
        """Returns the whole model, checked."""
        given = make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, SIDE_PIXELS, SIDE_PIXELS])
        answers = [
            make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES]),
            make_tensor_value_info("features", TensorProto.FLOAT, ["N", FEATURES]),
        ]
        graph = make_graph(self._nodes, "efficientnet-lite0", [given], answers, self._weights)
        model = make_model(graph, opset_imports=[make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def _pads(self, kernel: int, stride: int) -> list[int]:
        """TensorFlow's SAME padding, which the weights were trained with: an odd pixel goes right and below."""
        after = -(-self._side // stride)
        both = max((after - 1) * stride + kernel - self._side, 0)
        self._side = after
        first = both // 2
        return [first, first, both - first, both - first]

    def _keep(self, name: str, value: npt.ArrayLike) -> str:
        self._weights.append(numpy_helper.from_array(np.asarray(value, np.float32, order="C"), name))
        return name

    def _add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> None:
        self._end = output or f"{kind.lower()}{len(self._nodes)}"
        self._nodes.append(make_node(kind, inputs, [self._end], **attributes))
