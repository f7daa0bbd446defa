"""``python -m winnow_gateway.print_document``: prints the OpenAPI document of the installed gateway, without a server.

``tools/apitypes`` makes the clients' types from it.
"""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from winnow_gateway.app import all_operations, describe
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings


class _Absent:
    """Stands where a part would be. Operations are described here and never called, so it has nothing to say."""

    def __getattr__(self, name: str) -> "_Absent":
        return self

    def __call__(self, *arguments: object) -> "_Absent":
        return self


def main() -> None:
    """Prints the document."""
    absent: Any = _Absent()
    parts = Dependencies(**{field.name: absent for field in fields(Dependencies)} | {"data_dir": Path()})
    operations = all_operations(GatewaySettings(chassis=absent, ai_url=""), parts, absent)
    json.dump(describe(operations), sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
