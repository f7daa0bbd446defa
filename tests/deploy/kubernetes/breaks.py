"""Every fault that is made on purpose."""

from . import breaks_alerts, breaks_network, breaks_pods, breaks_scaling, breaks_settings, breaks_shape

BREAKS = tuple(
    one
    for module in (breaks_pods, breaks_settings, breaks_shape, breaks_scaling, breaks_network, breaks_alerts)
    for one in module.BREAKS
)
