"""Signs addresses at which anyone may send bytes to the store for a while. Nothing here asks the store."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from minio import Minio
from minio.datatypes import PostPolicy


class S3UploadLinks:
    """Signs for a store that clients reach at ``origin`` (``https://store.example.org``), which may be another
    address than the services use.
    """

    def __init__(self, origin: str, *, access_key: str, secret_key: str, bucket: str, region: str) -> None:
        address = urlsplit(origin)
        self._origin, self._bucket = origin, bucket
        self._client = Minio(
            address.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=address.scheme == "https",
            region=region,  # without it, the client first requests the region
        )

    def part_url(self, key: str, parts_id: str, number: int, seconds: int) -> str:
        """Where PUT sends a part for ``seconds``. The signature holds for this part alone, whatever its size."""
        about = {"partNumber": str(number), "uploadId": parts_id}
        return self._client.get_presigned_url(
            "PUT", self._bucket, key, timedelta(seconds=seconds), extra_query_params={**about}
        )

    def post_form(self, key: str, content_type: str, size_bytes: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Where POST sends the whole object for ``seconds``, and the form's fields, which stand before the file.

        The store refuses another key, type or size than these.
        """
        policy = PostPolicy(self._bucket, datetime.now(UTC) + timedelta(seconds=seconds))
        policy.add_equals_condition("key", key)
        policy.add_equals_condition("Content-Type", content_type)
        policy.add_content_length_range_condition(size_bytes, size_bytes)
        fields = self._client.presigned_post_policy(policy)
        return f"{self._origin.rstrip('/')}/{self._bucket}", {"key": key, "Content-Type": content_type, **fields}
