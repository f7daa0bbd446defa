"""Whether a tenant may store a file whose size nobody knew when its link was taken."""

from collections.abc import Callable

from winnow_contracts.errors import NotFound, Refused, Unavailable
from winnow_contracts.index_api.tenants import StorageView


class Room:
    """Asks index how much a tenant stores and may store, each time: ``read(tenant_id)``.

    While index is away, or of a version without quotas, every file fits: a quota is no reason to fetch nothing.
    """

    def __init__(self, read: Callable[[str], StorageView]) -> None:
        self._read = read

    def refuse_over(self, tenant_id: str, size_bytes: int) -> None:
        """Raises Refused (``quota-exceeded``) if a file of this size does not fit."""
        try:
            told = self._read(tenant_id)
        except (Unavailable, NotFound):
            return
        if told.quota_bytes is not None and told.stored_bytes + size_bytes > told.quota_bytes:
            raise Refused(
                f"The account stores {told.stored_bytes} of the {told.quota_bytes} bytes that it may; the file of the"
                " link does not fit.",
                code="quota-exceeded",
                hint="Delete what is no longer needed, or ask an operator for a higher quota. Then retry the job.",
            )
