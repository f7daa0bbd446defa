"""What programs are told: settings that they read, names, lanes, and secrets that only they have."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from winnow_contracts import queues

from .manifests import FOLDER, Document, Manifests, command, component, container, image_variables, name_of, pod
from .programs import lanes_of, refused_values, settings_of

HOLDERS = {
    "winnow-database": {"index", "index-api", "index-migrate"},
    "winnow-ai": {"ai", "ai-speech", "ai-webhooks", "ai-api"},
    "winnow-admin": {"index-migrate"},
    "winnow-store-gateway": {"gateway"},
    "winnow-store-media": {"media"},
    "winnow-store-media-examine": {"media-examine"},
    "winnow-store-media-fetch": {"media-fetch"},
    "winnow-store-ai": {"ai", "ai-speech", "ai-webhooks"},
    "winnow-store-index": {"index"},
    "winnow-store-root": set(),
}
"""Of Winnow's programs; what makes the accounts of a store in the cluster has all of theirs."""
_SECRET = re.compile(r"(PASSWORD|SECRET|TOKEN|KEY|AMQP_URL|DATABASE_URL)$")


def every_setting_is_one_that_its_program_reads_and_none_is_missing(manifests: Manifests) -> Iterator[str]:
    """Asked of the program itself."""
    for workload in manifests.ours:
        read, needed = settings_of(command(workload))
        given = manifests.variables(workload)
        for name in sorted(given.keys() - read):
            yield f"{name_of(workload)} does not read {name}"
        known = {name.removesuffix("_FILE") for name in given | image_variables(component(workload))}
        for name in sorted(needed - known):
            yield f"{name_of(workload)} lacks {name}"


def every_value_is_one_that_its_program_takes(manifests: Manifests) -> Iterator[str]:
    """Asked of the program itself, too."""
    for workload in manifests.ours:
        given = image_variables(component(workload)) | manifests.variables(workload)
        yield from (f"{name_of(workload)}: {fault}" for fault in refused_values(command(workload), given))


def every_node_is_named_for_its_pod(manifests: Manifests) -> Iterator[str]:
    """Two living nodes with one name would call each other's journals lost."""
    wanted = {"name": "WINNOW_NODE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    for workload in manifests.lasting:
        if wanted not in container(workload).get("env", []):
            yield f"{name_of(workload)} is not named for its pod"


def every_lane_has_one_kind_of_node(manifests: Manifests) -> Iterator[str]:
    """No lane without nodes, and none with two kinds, whose autoscalers would both count it."""
    takers: dict[str, list[str]] = {lane: [] for lane in queues.LANES}
    for workload in manifests.workers:
        for lane in lanes_of(command(workload)):
            takers[lane].append(name_of(workload))
    yield from (f"{lane} is taken by {kinds}" for lane, kinds in takers.items() if len(kinds) != 1)
    if not any("events" in command(workload)[-1].split(",") for workload in manifests.workers):
        yield "nobody takes events"


def the_gateway_asks_every_node_for_its_journal(manifests: Manifests) -> Iterator[str]:
    """By the headless Service of each StatefulSet and the health port."""
    given = manifests.variables(manifests.named("StatefulSet", "gateway"))["WINNOW_GATEWAY_NODES"]
    wanted = {f"{one['spec']['serviceName']}:9100" for one in manifests.nodes}
    asked = set(given.split(","))
    yield from (f"{address} is not asked" for address in sorted(wanted - asked))
    yield from (f"{address} is asked, and is no node" for address in sorted(asked - wanted))


def no_secret_stands_in_a_manifest(manifests: Manifests) -> Iterator[str]:
    """No Secret, and no variable that holds one: only files that point to one."""
    yield from (f"{name_of(one)} is a Secret" for one in manifests.of("Secret"))
    for workload in manifests.workloads:
        given = manifests.variables(workload) if workload in manifests.ours else {}
        own = {one["name"] for one in container(workload).get("env", [])}
        for name in sorted(own | given.keys()):
            if _SECRET.search(name):
                yield f"{name_of(workload)} has {name} in a variable"
    for one in manifests.of("ConfigMap"):
        yield from (
            f"{name_of(one)} holds a user" for text in one["data"].values() if re.search(r"://[^/\s]*:[^/\s]*@", text)
        )


def secrets_are_held_by_those_who_need_them(manifests: Manifests) -> Iterator[str]:
    """PostgreSQL's address is index's alone, the AI endpoint's key ai's, the admin's key the migration's; each kind of
    node has one account of the store, and the store's root account is no node's.
    """
    for secret, holders in HOLDERS.items():
        found = {name_of(one) for one in manifests.ours if secret in _mounted(one)}
        yield from (f"{name} has {secret}" for name in sorted(found - holders))
        yield from (f"{name} lacks {secret}" for name in sorted(holders - found))


def every_file_that_is_named_is_a_key_of_a_mounted_secret(manifests: Manifests) -> Iterator[str]:
    """And each such key is one of secrets.example."""
    listed = secrets_example()
    for workload in manifests.workloads:
        folders = {path: secret for secret, path in _mounted(workload).items()}
        given = manifests.variables(workload) if workload in manifests.ours else {}
        own = {one["name"]: one.get("value", "") for one in container(workload).get("env", [])}
        for name, value in (given | own).items():
            if name.endswith("_FILE"):
                path = PurePosixPath(value)
                secret = folders.get(str(path.parent), "")
                if not secret:
                    yield f"{name_of(workload)}: {name} is not in a mounted secret"
                elif (secret, path.name) not in listed:
                    yield f"{name_of(workload)}: {secret} {path.name} is not in secrets.example"
        for secret, key in secret_keys(workload):
            if (secret, key) not in listed and not (key == "" and secret in {one for one, _ in listed}):
                yield f"{name_of(workload)}: {secret} {key} is not in secrets.example"
    for ingress in manifests.of("Ingress"):
        for one in ingress["spec"].get("tls", []):
            yield from (
                f"{one['secretName']} {key} is not in secrets.example"
                for key in ("tls.crt", "tls.key")
                if (one["secretName"], key) not in listed
            )


def secrets_example() -> set[tuple[str, str]]:
    """The secrets that people are told to make, with their keys."""
    lines = (FOLDER / "secrets.example").read_text(encoding="utf-8").splitlines()
    return {(words[0], words[1]) for line in lines if (words := line.partition("#")[0].split())}


def secret_keys(workload: Document) -> set[tuple[str, str]]:
    """Each secret that its pods mount, with the key of a mounted file; with an empty text where all keys are."""
    files = {
        mount["name"]: mount["subPath"] for mount in container(workload).get("volumeMounts", []) if "subPath" in mount
    }
    found = {(secret, files.get(volume, "")) for volume, secret in _secret_volumes(workload)}
    for one in _projected(workload):
        found |= {(one["name"], item["key"]) for item in one["items"]}
    return found


def _mounted(workload: Document) -> dict[str, str]:
    places = {mount["name"]: mount["mountPath"] for mount in container(workload).get("volumeMounts", [])}
    found = {secret: places.get(volume, "") for volume, secret in _secret_volumes(workload)}
    return found | {one["name"]: "" for one in _projected(workload)}


def _secret_volumes(workload: Document) -> list[tuple[str, str]]:
    volumes = pod(workload).get("volumes", [])
    return [(one["name"], one["secret"]["secretName"]) for one in volumes if "secret" in one]


def _projected(workload: Document) -> list[Document]:
    volumes = pod(workload).get("volumes", [])
    return [part["secret"] for one in volumes for part in one.get("projected", {}).get("sources", [])]


RULES = (
    every_setting_is_one_that_its_program_reads_and_none_is_missing,
    every_value_is_one_that_its_program_takes,
    every_node_is_named_for_its_pod,
    every_lane_has_one_kind_of_node,
    the_gateway_asks_every_node_for_its_journal,
    no_secret_stands_in_a_manifest,
    secrets_are_held_by_those_who_need_them,
    every_file_that_is_named_is_a_key_of_a_mounted_secret,
)
