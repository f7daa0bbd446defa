"""Names of embedding generations: only vectors of one generation may be compared.

A generation is a model, or a model with the prefixes of its texts.
"""

import hashlib
import json
import re

_HASH_OF_PREFIXES = re.compile(r"#[0-9a-f]{8}\Z")


def generation_of(model: str, *, query_prefix: str, passage_prefix: str) -> str:
    """The generation of a model's vectors.

    It is the model's id, and if texts get prefixes, ``#`` and a hash of both prefixes.
    """
    if not query_prefix and not passage_prefix:
        return model
    digest = hashlib.sha256(json.dumps([query_prefix, passage_prefix]).encode()).hexdigest()
    return f"{model}#{digest[:8]}"


def model_of(generation: str) -> str:
    """The id of the model that a generation's vectors come from."""
    return _HASH_OF_PREFIXES.sub("", generation)
