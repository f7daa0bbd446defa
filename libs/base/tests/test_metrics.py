"""What a scrape sees."""

import re
from pathlib import Path

from prometheus_client import REGISTRY

from winnow_base import metrics

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
_ROW = re.compile(r"^\| `(winnow_\w+)` \| ([^|]*)\|", re.MULTILINE)


def declared():
    """The metrics of metrics.py, each with its labels in order."""
    found = [one for one in vars(metrics).values() if hasattr(one, "_labelnames")]
    return {_name(one): list(one._labelnames) for one in found}


def _name(metric):
    return next(iter(metric.describe())).name + ("_total" if metric._type == "counter" else "")


def test_the_page_lists_every_metric_with_its_labels_and_no_other():
    listed = {name: re.findall(r"`(\w+)`", labels) for name, labels in _ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert listed == declared()
    assert len(listed) > 15


def test_every_metric_of_winnow_is_declared_in_the_one_file():
    exposed = {found.name + ("_total" if found.type == "counter" else "") for found in REGISTRY.collect()}
    assert {name for name in exposed if name.startswith("winnow_")} <= set(declared())


def test_what_is_measured_is_read_at_each_scrape_until_its_end():
    sizes = iter((5, 7, 9))
    end = metrics.read_before_scrapes(lambda: metrics.WAL_BYTES.set(next(sizes)))
    assert b"winnow_journal_wal_bytes 5.0" in metrics.exposition()
    assert b"winnow_journal_wal_bytes 7.0" in metrics.exposition()
    end()
    assert b"winnow_journal_wal_bytes 7.0" in metrics.exposition()


def test_a_reading_that_fails_hides_no_other_metric(caplog):
    def fail():
        raise OSError("the disk is gone")

    end = metrics.read_before_scrapes(fail)
    assert b"winnow_journal_wal_bytes" in metrics.exposition()
    end()
    assert "could not be read" in caplog.text
