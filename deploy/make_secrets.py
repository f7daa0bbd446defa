"""Writes the secrets of compose.yaml to ``deploy/secrets/``, once: files that are there already stay as they are.

Run it from the root of the repository: ``uv run --no-dev --package winnow-contracts deploy/make_secrets.py``.
"""

import os
import secrets
import sys
from pathlib import Path

from winnow_contracts import api_keys

STORE_ACCOUNTS = ("media", "media-examine", "media-fetch", "ai", "index", "gateway", "backup")
"""Accounts of the object store, each with the policy ``store/policies/ACCOUNT.json``."""


def main() -> None:
    """Write what is missing; the names written go to standard output."""
    folder = Path(__file__).parent / "secrets"
    for name in write_missing(folder, ai_api_key=os.environ.get("WINNOW_AI_API_KEY", "none")):
        sys.stdout.write(f"{folder / name}\n")


def write_missing(folder: Path, *, ai_api_key: str) -> list[str]:
    """Write the secrets that ``folder`` lacks; their names. Related ones are only ever written together."""
    folder.mkdir(mode=0o700, exist_ok=True)
    written = []
    for group in _groups(ai_api_key):
        if any((folder / name).exists() for name in group):
            continue
        for name, content in group.items():
            path = folder / name
            path.write_text(content, encoding="utf-8")
            # Containers read it as users of their own; the folder keeps other users of this machine out.
            path.chmod(0o644)
            written.append(name)
    return written


def _groups(ai_api_key: str) -> tuple[dict[str, str], ...]:
    broker, database = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    return (
        {
            "rabbitmq_user.conf": f"default_user = winnow\ndefault_pass = {broker}\n",
            "amqp_url": f"amqp://winnow:{broker}@broker:5672/%2F",
        },
        {
            "database_password": database,
            "database_url": f"postgresql://winnow:{database}@database:5432/winnow",
        },
        {"s3_root_user": "winnow-root", "s3_root_password": secrets.token_urlsafe(24)},
        *(
            {f"s3_{account}_access_key": f"winnow-{account}", f"s3_{account}_secret_key": secrets.token_urlsafe(24)}
            for account in STORE_ACCOUNTS
        ),
        {"service_token": secrets.token_urlsafe(32)},
        {"admin_key": api_keys.generate().text()},
        {"ai_api_key": ai_api_key},
        {"oidc_client_secret": "none"},
        {"grafana_password": secrets.token_urlsafe(24)},
    )


if __name__ == "__main__":
    main()
