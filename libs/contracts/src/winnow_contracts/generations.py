"""Names of generations: which vectors may be compared. A model alone, or a model with what is put before its texts."""

import hashlib
import json
import re

_HASH_OF_PREFIXES = re.compile(r"#[0-9a-f]{8}\Z")


def generation_of(model: str, *, query_prefix: str, passage_prefix: str) -> str:
    """The generation of a model's vectors: its id, and where texts get prefixes, ``#`` and a hash of both."""
    if not query_prefix and not passage_prefix:
        return model
    digest = hashlib.sha256(json.dumps([query_prefix, passage_prefix]).encode()).hexdigest()
    return f"{model}#{digest[:8]}"


def model_of(generation: str) -> str:
    """The id of the model that a generation's vectors come from."""
    return _HASH_OF_PREFIXES.sub("", generation)
