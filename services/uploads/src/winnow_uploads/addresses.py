"""Where the bytes of an upload go: straight to the store by signed links, or to the gateway where clients do not
reach the store.
"""

from collections.abc import Iterable
from typing import Any

from winnow_base.objects.s3_links import S3UploadLinks
from winnow_contracts.envelope import now_ms
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.settings import GatewaySettings

_LINK_SECONDS = 3600


class Addresses:
    """The addresses of one gateway. ``links`` None: all bytes go through it."""

    def __init__(self, links: S3UploadLinks | None) -> None:
        self._links = links

    def takes_whole(self, upload: DeclaredUpload) -> bool:
        """Whether a new upload is sent as one object, by a form that binds its key, type and size."""
        return self._links is not None and upload.part_count == 1

    def parts(self, upload: DeclaredUpload, numbers: Iterable[int]) -> list[dict[str, Any]]:
        """Number, size and address of these parts, as the API shows them."""
        return [
            {"n": number, "size_bytes": upload.bytes_of(number), "url": self._part(upload, number)}
            for number in numbers
        ]

    def form(self, upload: DeclaredUpload) -> dict[str, Any]:
        """Address and fields of the form for an upload that is sent as one object."""
        if self._links is None or upload.parts_id:
            return {"url": None, "fields": {}}
        url, fields = self._links.post_form(
            upload.original_key, upload.content_type, upload.size_bytes, _seconds_left(upload)
        )
        return {"url": url, "fields": fields}

    def _part(self, upload: DeclaredUpload, number: int) -> str:
        if self._links is None:
            return f"/v1/uploads/{upload.upload_id}/parts/{number}"
        return self._links.part_url(upload.original_key, upload.parts_id, number, _seconds_left(upload))


def addresses(settings: GatewaySettings) -> Addresses:
    """The addresses by these settings."""
    if not settings.public_store_url:
        return Addresses(None)
    chassis = settings.chassis
    return Addresses(
        S3UploadLinks(
            settings.public_store_url,
            access_key=chassis.s3_access_key,
            secret_key=chassis.s3_secret_key,
            bucket=chassis.s3_bucket,
            region=chassis.s3_region,
        )
    )


def _seconds_left(upload: DeclaredUpload) -> int:
    return max(1, min(_LINK_SECONDS, (upload.expires_ms - now_ms()) // 1000))
