"""What a journal's maintenance puts off, it does later."""

from winnow_chassis.outbox import maintenance_loop
from winnow_chassis.outbox.maintenance_loop import MaintenanceLoop
from winnow_harness.fixtures.nodes import wait_for
from winnow_journal.journal import SqliteJournal


def test_a_declaration_that_failed_is_tried_again_and_one_that_held_is_not(tmp_path, monkeypatch):
    tried = []

    def declare(found):
        tried.append(found)
        if len(tried) == 1:
            raise OSError("the broker is away")

    monkeypatch.setattr(maintenance_loop, "declare_anew", declare)
    monkeypatch.setattr(maintenance_loop, "_DECLARE_SECONDS", 0.05)
    journal, turns = SqliteJournal(tmp_path, "n"), []
    loop = MaintenanceLoop(
        journal,
        "amqp://127.0.0.1:1/",
        lambda job_ids: {},
        every_seconds=0.05,
        limit_bytes=1 << 30,
        on_leading=lambda: bool(turns.append(1)),
        swept=lambda: None,
    )
    loop.start()
    try:
        wait_for(lambda: len(tried) == 2)
        seen = len(turns)
        wait_for(lambda: len(turns) > seen + 5)
    finally:
        loop.stop()
        journal.close()
    assert len(tried) == 2
