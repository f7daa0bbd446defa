"""API keys: ``wk_live_<key id>_<secret>_<checksum>``. Only the id and the secret's SHA-256 are ever stored."""

import hashlib
import secrets
import string
import zlib
from dataclasses import dataclass

SCOPES = ("read", "write", "ops:read", "admin")
"""``read`` and ``write`` are for the tenant's own; ``ops:read`` sees what operators see; ``admin`` includes all."""
_ALPHABET = string.ascii_letters + string.digits
_PREFIX = "wk_live"


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key in clear, as only its owner has it."""

    key_id: str
    secret: str

    def text(self) -> str:
        """The whole key.

        The checksum shows a mistyped key without a look-up, and lets secret scanners recognise one.
        """
        body = f"{_PREFIX}_{self.key_id}_{self.secret}"
        return f"{body}_{_checksum(body)}"


def generate() -> ApiKey:
    """Generate a key: 8 characters of id, 43 of secret (256 bits)."""
    return ApiKey(
        key_id="".join(secrets.choice(_ALPHABET) for _ in range(8)),
        secret="".join(secrets.choice(_ALPHABET) for _ in range(43)),
    )


def parse(text: str) -> ApiKey | None:
    """Parse a key. Returns None if its form or checksum is wrong."""
    body, _, checksum = text.strip().rpartition("_")
    parts = body.split("_")
    if len(parts) != 4 or "_".join(parts[:2]) != _PREFIX or checksum != _checksum(body):
        return None
    return ApiKey(key_id=parts[2], secret=parts[3])


def secret_hash(secret: str) -> str:
    """SHA-256 of the secret, as hex. The secret has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
