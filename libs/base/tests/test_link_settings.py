import pytest

from winnow_base.environment import Environment
from winnow_base.link_settings import read_link_rules
from winnow_contracts.errors import Misconfigured
from winnow_contracts.links import LinkRules


def test_links_are_off_unless_they_are_switched_on():
    assert read_link_rules(Environment({})) == LinkRules(enabled=False, hosts=frozenset())


def test_hosts_stand_in_a_list():
    environment = Environment({"WINNOW_FETCH_URLS": "true", "WINNOW_FETCH_HOSTS": "files.example.org, 10.0.0.5:8080"})
    hosts = frozenset({"files.example.org", "10.0.0.5:8080"})
    assert read_link_rules(environment) == LinkRules(enabled=True, hosts=hosts)


@pytest.mark.parametrize("host", ["https://files.example.org", "Files.Example", "files.example.org/a", "a b"])
def test_what_is_no_host_is_named(host):
    environment = Environment({"WINNOW_FETCH_HOSTS": host})
    read_link_rules(environment)
    with pytest.raises(Misconfigured, match="WINNOW_FETCH_HOSTS"):
        environment.done()
