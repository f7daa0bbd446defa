"""Faults that the rules of rules_settings refuse."""

from .breaking import Break, in_document, in_pods, with_secret, with_setting, with_variable, without

SETTING = "every_setting_is_one_that_its_program_reads_and_none_is_missing"

BREAKS = (
    Break(rule=SETTING, what="a misspelt name", change=with_setting("node", "WINNOW_S3_BUKET", "winnow")),
    Break(rule=SETTING, what="of another service", change=with_variable("media", "WINNOW_AI_NODES", "2")),
    Break(rule=SETTING, what="a missing one", change=with_setting("node", "WINNOW_S3_BUCKET", None)),
    Break(rule=SETTING, what="a missing secret", change=with_setting("every", "WINNOW_SERVICE_TOKEN_FILE", None)),
    Break(
        rule="every_value_is_one_that_its_program_takes",
        what="no number",
        change=with_setting("ai", "WINNOW_AI_NODES", "many"),
    ),
    Break(
        rule="every_value_is_one_that_its_program_takes",
        what="no zone",
        change=with_setting("index", "WINNOW_INDEX_TIME_ZONE", "Nowhere"),
    ),
    Break(
        rule="every_node_is_named_for_its_pod",
        what="one name for all",
        change=in_pods("media", "containers/0/env/0", {"name": "WINNOW_NODE", "value": "media"}),
    ),
    Break(rule="every_lane_has_one_kind_of_node", what="nobody", change=without("StatefulSet", "ai-webhooks")),
    Break(
        rule="every_lane_has_one_kind_of_node",
        what="two",
        change=in_pods("ai", "containers/0/command/5", "vision,text,webhooks"),
    ),
    Break(
        rule="every_lane_has_one_kind_of_node",
        what="no events",
        change=in_pods("index", "containers/0/command/5", "default"),
    ),
    Break(
        rule="the_gateway_asks_every_node_for_its_journal",
        what="one forgotten",
        change=with_setting("gateway", "WINNOW_GATEWAY_NODES", "media:9100"),
    ),
    Break(
        rule="no_secret_stands_in_a_manifest",
        what="in a variable",
        change=with_variable("media", "WINNOW_SERVICE_TOKEN", "hunter2"),
    ),
    Break(
        rule="no_secret_stands_in_a_manifest",
        what="in an address",
        change=with_setting("ai", "WINNOW_AI_BASE_URL", "https://me:hunter2@ai.example.org/v1"),
    ),
    Break(
        rule="no_secret_stands_in_a_manifest",
        what="a Secret",
        change=lambda m: m.documents.append({"kind": "Secret", "metadata": {"name": "winnow-ai"}}),
    ),
    Break(
        rule="secrets_are_held_by_those_who_need_them",
        what="the database's, by the gateway",
        change=with_secret("gateway", "winnow-database"),
    ),
    Break(
        rule="secrets_are_held_by_those_who_need_them",
        what="the admin's, by a node",
        change=with_secret("index", "winnow-admin"),
    ),
    Break(
        rule="secrets_are_held_by_those_who_need_them",
        what="the account that writes uploads, by who decodes them",
        change=with_secret("media-examine", "winnow-store-media-fetch"),
    ),
    Break(
        rule="secrets_are_held_by_those_who_need_them",
        what="the store's root account",
        change=with_secret("media", "winnow-store-root"),
        variant="local",
    ),
    Break(
        rule="every_file_that_is_named_is_a_key_of_a_mounted_secret",
        what="not mounted",
        change=in_pods("ai-api", "volumes/0/secret/secretName", "winnow-service"),
    ),
    Break(
        rule="every_file_that_is_named_is_a_key_of_a_mounted_secret",
        what="no such key",
        change=with_setting("node", "WINNOW_AMQP_URL_FILE", "/run/secrets/broker/url"),
    ),
    Break(
        rule="every_file_that_is_named_is_a_key_of_a_mounted_secret",
        what="no such certificate",
        change=in_document("Ingress", "gateway", "spec/tls/0/secretName", "winnow-tls"),
    ),
)
