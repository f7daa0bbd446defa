"""Every rule by its name: a function of the manifests that yields a sentence for each fault."""

from . import rules_alerts, rules_network, rules_pods, rules_scaling, rules_settings, rules_shape

RULES = {
    rule.__name__: rule
    for module in (rules_pods, rules_settings, rules_shape, rules_scaling, rules_network, rules_alerts)
    for rule in module.RULES
}
