"""A chat model of random numbers, small enough for a test to write: its answers mean nothing."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter, TokenType

NUMBERS, FEED_FORWARD, HEADS = 64, 128, 4


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A llama of one layer whose tokens are bytes and printable characters."""
    path = tmp_path_factory.mktemp("model") / "tiny model.gguf"
    control, printable = ["<unk>", "<s>", "</s>"], [*map(chr, range(33, 127)), "\u2581"]
    tokens = [*control, *(f"<0x{byte:02X}>" for byte in range(256)), *printable]
    kinds = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    kinds += [TokenType.BYTE] * 256 + [TokenType.NORMAL] * len(printable)

    writer = GGUFWriter(path, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(NUMBERS)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(NUMBERS // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    _add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_weights(writer: GGUFWriter, tokens: int) -> None:
    random = np.random.default_rng(1)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(f"{name}.weight", (random.standard_normal(shape) * 0.1).astype(np.float32))

    add("token_embd", tokens, NUMBERS)
    add("output", tokens, NUMBERS)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        add(f"blk.0.{name}", NUMBERS, NUMBERS)
    add("blk.0.ffn_gate", FEED_FORWARD, NUMBERS)
    add("blk.0.ffn_up", FEED_FORWARD, NUMBERS)
    add("blk.0.ffn_down", NUMBERS, FEED_FORWARD)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(NUMBERS, np.float32))
