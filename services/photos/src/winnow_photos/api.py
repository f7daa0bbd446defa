"""The operations on photos, corrections and rules, with the schemas of their answers. The gateway finds this module by
its entry point.
"""

from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_photos import feedback, files, photos, post_photo, rules, schemas
from winnow_photos.photo_reads import PhotoReads
from winnow_photos.photo_wait import PhotoWait
from winnow_photos.rule_reads import RuleReads

SCHEMAS = schemas.SCHEMAS


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation on photos, their corrections and the rules."""
    reads = PhotoReads(parts.index, parts.intake, parts.reads)
    return (
        *post_photo.operations(settings, parts, bodies, PhotoWait(reads, parts.board, serving.open_answers)),
        *photos.operations(reads, parts.steering),
        *files.operations(reads, serving),
        *feedback.operations(reads),
        *rules.operations(RuleReads(parts.ai), settings.region),
    )
