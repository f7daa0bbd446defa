"""The settings of ``winnow-backup``, which runs beside the services."""

from dataclasses import dataclass
from pathlib import Path

from winnow_backup.database import Dumps
from winnow_base.environment import Environment
from winnow_base.objects.s3 import S3ObjectStore


@dataclass(frozen=True, kw_only=True)
class BackupSettings:
    """Where the backup goes, and what it is of."""

    folder: Path
    """Where the backup lies. It belongs to the user that this runs as."""
    nodes: Path
    """Where the volume of each service that has nodes is mounted, by the service's name."""
    hours: float
    """How long after a backup the next one begins."""
    database_url: str
    """Where PostgreSQL is, with user and password."""
    s3_endpoint: str
    """Where the store is, as host and port."""
    s3_bucket: str
    """The bucket that holds everything."""
    s3_access_key: str
    """The store's account: it may read and list everything, and to restore also write."""
    s3_secret_key: str
    """The secret key of that account."""
    s3_region: str
    """The store's region."""
    s3_secure: bool
    """Whether the store is asked over TLS."""

    @property
    def database(self) -> Dumps:
        """The database."""
        return Dumps(url=self.database_url)

    @property
    def store(self) -> S3ObjectStore:
        """The object store."""
        return S3ObjectStore(
            endpoint=self.s3_endpoint,
            bucket=self.s3_bucket,
            access_key=self.s3_access_key,
            secret_key=self.s3_secret_key,
            region=self.s3_region,
            secure=self.s3_secure,
        )


def read_settings(environment: Environment) -> BackupSettings:
    """The settings. Faults are collected in ``environment``: call its ``done`` afterwards."""
    return BackupSettings(
        folder=environment.path("WINNOW_BACKUP_FOLDER", "/backups"),
        nodes=environment.path("WINNOW_BACKUP_NODES", "/nodes"),
        hours=environment.number("WINNOW_BACKUP_HOURS", 24),
        database_url=environment.secret("WINNOW_INDEX_DATABASE_URL"),
        s3_endpoint=environment.text("WINNOW_S3_ENDPOINT"),
        s3_bucket=environment.text("WINNOW_S3_BUCKET"),
        s3_access_key=environment.secret("WINNOW_S3_ACCESS_KEY"),
        s3_secret_key=environment.secret("WINNOW_S3_SECRET_KEY"),
        s3_region=environment.text("WINNOW_S3_REGION", "us-east-1"),
        s3_secure=environment.flag("WINNOW_S3_SECURE", False),
    )
