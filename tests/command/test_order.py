"""The order of tests is a commit's own."""

import subprocess


def commit(folder, text):
    """Commits ``text`` to the repository of ``folder``, which is made if there is none."""
    (folder / "file").write_text(text)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", text)):
        subprocess.run(("git", *words), cwd=folder, check=True)


def test_a_commit_has_one_order_and_the_next_another(order, tmp_path):
    commit(tmp_path, "one")
    first = order["order_seed"](tmp_path)
    assert order["order_seed"](tmp_path) == first
    assert 0 <= int(first) < 2**32
    commit(tmp_path, "two")
    assert order["order_seed"](tmp_path) != first


def test_without_a_commit_any_order_is_taken(order, tmp_path):
    assert order["order_seed"](tmp_path) == order["ANY_ORDER"]
