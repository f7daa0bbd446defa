"""What belongs together is together: selectors, Services, claims, budgets of disruption, the migration."""

from collections.abc import Iterator

from .manifests import (
    Document,
    Manifests,
    command,
    component,
    container,
    image_variables,
    name_of,
    pod_labels,
    selects,
)

GIB = 1 << 30


def every_selector_matches_pods(manifests: Manifests) -> Iterator[str]:
    """Of workloads their own alone; of Services, budgets and policies some."""
    for workload in manifests.of("StatefulSet", "Deployment"):
        found = [name_of(one) for one in manifests.workloads if selects(workload["spec"]["selector"], pod_labels(one))]
        if found != [name_of(workload)]:
            yield f"{workload['kind']} {name_of(workload)} selects the pods of {found}"
    for kind, selector in (
        ("Service", "selector"),
        ("PodDisruptionBudget", "selector"),
        ("NetworkPolicy", "podSelector"),
    ):
        for one in manifests.of(kind):
            asked = one["spec"][selector]
            asked = {"matchLabels": asked} if kind == "Service" else asked
            if not any(selects(asked, pod_labels(workload)) for workload in manifests.workloads):
                yield f"{kind} {name_of(one)} selects no pod"


def every_service_leads_to_a_port(manifests: Manifests) -> Iterator[str]:
    """And each StatefulSet has a headless one, which tells of pods that are not ready, too."""
    for service in manifests.of("Service"):
        for workload in manifests.workloads:
            if selects({"matchLabels": service["spec"]["selector"]}, pod_labels(workload)):
                ports = {one["name"] for one in container(workload).get("ports", [])}
                for port in service["spec"]["ports"]:
                    if port["targetPort"] not in ports:
                        yield f"{name_of(service)} leads to no port {port['targetPort']} of {name_of(workload)}"
    services = {name_of(one): one["spec"] for one in manifests.of("Service")}
    for workload in manifests.of("StatefulSet"):
        governing = services.get(workload["spec"]["serviceName"], {})
        if governing.get("clusterIP") != "None" or not selects(
            {"matchLabels": governing["selector"]}, pod_labels(workload)
        ):
            yield f"{name_of(workload)} has no headless Service"
        elif workload in manifests.nodes and governing.get("publishNotReadyAddresses") is not True:
            yield f"{name_of(workload)} cannot be asked for its journal while it is not ready"


def every_node_keeps_its_journal(manifests: Manifests) -> Iterator[str]:
    """A claim of 10 Gi for each, where the program writes, that stays when the pod goes."""
    for workload in manifests.nodes:
        spec, box = workload["spec"], container(workload)
        claims = {name_of(one): one["spec"] for one in spec.get("volumeClaimTemplates", [])}
        places = {mount["mountPath"]: mount["name"] for mount in box["volumeMounts"]}
        claim = claims.get(places.get(image_variables(component(workload))["WINNOW_DATA_DIR"], ""), {})
        if claim.get("resources") != {"requests": {"storage": "10Gi"}} or claim.get("accessModes") != ["ReadWriteOnce"]:
            yield f"{name_of(workload)} has no claim of 10 Gi for its journal"
        if spec.get("persistentVolumeClaimRetentionPolicy") != {"whenScaled": "Retain", "whenDeleted": "Retain"}:
            yield f"{name_of(workload)} loses its journal when it is scaled in"
        if spec.get("podManagementPolicy") != "Parallel":
            yield f"{name_of(workload)} starts no node while another is not ready"


def a_claim_has_room_for_the_largest_upload(manifests: Manifests) -> Iterator[str]:
    """Media reserves twice an upload, beside a full journal and what stays free, of 95 % of the claim."""
    largest = int(manifests.variables(manifests.named("StatefulSet", "gateway"))["WINNOW_GATEWAY_MAX_UPLOAD_BYTES"])
    journal = int(manifests.variables(manifests.named("StatefulSet", "media"))["WINNOW_JOURNAL_LIMIT_BYTES"])
    if 2 * largest + journal + GIB > 0.95 * 10 * GIB:
        yield f"an upload of {largest} bytes would wait for room for ever"


def every_kind_has_a_budget_of_disruption(manifests: Manifests) -> Iterator[str]:
    """One, which lets one pod go at a time and never holds up a machine for a pod that is not ready."""
    for workload in manifests.lasting:
        budgets = [
            one for one in manifests.of("PodDisruptionBudget") if selects(one["spec"]["selector"], pod_labels(workload))
        ]
        if [one["spec"].get("maxUnavailable") for one in budgets] != [1]:
            yield f"{name_of(workload)} has budgets {[name_of(one) for one in budgets]}"
        elif budgets[0]["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{name_of(workload)} that is not ready holds up a machine"


def what_the_migration_needs_comes_with_it(manifests: Manifests) -> Iterator[str]:
    """``-l winnow/step=migrate`` applies the Job, and all that it cannot run without."""
    [job] = [one for one in manifests.of("Job") if component(one) == "index"]
    settings = [source["configMapRef"]["name"] for source in container(job).get("envFrom", [])]
    policies = [one for one in manifests.of("NetworkPolicy") if name_of(one) in ("deny", "names", "to-database")]
    needed: list[Document] = [job, manifests.named("Namespace", "winnow"), *policies]
    needed += [manifests.named("ConfigMap", name) for name in settings]
    for one in needed:
        if one["metadata"].get("labels", {}).get("winnow/step") != "migrate":
            yield f"{one['kind']} {name_of(one)} does not come with the migration"
    if command(job) != ("winnow-index-migrate",) or container(job)["image"] != _image_of_index(manifests):
        yield "the migration is not that of the nodes' version"


def _image_of_index(manifests: Manifests) -> str:
    image: str = container(manifests.named("StatefulSet", "index"))["image"]
    return image


RULES = (
    every_selector_matches_pods,
    every_service_leads_to_a_port,
    every_node_keeps_its_journal,
    a_claim_has_room_for_the_largest_upload,
    every_kind_has_a_budget_of_disruption,
    what_the_migration_needs_comes_with_it,
)
