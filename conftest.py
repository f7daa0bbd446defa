"""What every package's tests share: fixtures that start real servers, and property tests that are not timed."""

from importlib.util import find_spec

from hypothesis import HealthCheck, settings

pytest_plugins = ["winnow_harness.fixtures.plugin"] if find_spec("winnow_harness") else []

# How long an example takes says more of the machine than of the code. All else stays as it is: in CI as Hypothesis
# chooses it there, and a test's own settings win.
settings.register_profile(
    "untimed", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")
