"""Probes that the S3 store accepts writes, through the same adapter that the services use."""

from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.errors import Misconfigured, Unavailable
from winnow_local.probes import listens

_ANSWER_SECONDS = 5


def takes_writes(endpoint: str, bucket: str, *, access_key: str, secret_key: str, region: str) -> None:
    """Writes and removes an object in the bucket of a store on this machine. Raises Unavailable."""
    # Try the port alone first: the client retries a refused connection again and again, slowly.
    listens(int(endpoint.rpartition(":")[2]), "s3")
    store = S3ObjectStore(
        endpoint=endpoint,
        bucket=bucket,
        access_key=access_key,
        secret_key=secret_key,
        region=region,
        secure=False,
        timeout_seconds=_ANSWER_SECONDS,
    )
    try:
        store.probe()
    except Misconfigured as error:
        # While it starts, the store knows neither its keys nor its bucket.
        raise Unavailable(error.detail, dependency="s3") from error
