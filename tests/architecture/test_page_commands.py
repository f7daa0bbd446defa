"""Every command that a page names is one that the command line takes, and every place that it links to is there."""

import re

import pytest

from page_commands import ROOT, named, pages, parse

LINK = re.compile(r"\]\(([^)\s]+)\)")


def path_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", pages(), ids=path_of)
def test_every_command_of_a_page_is_one_that_the_command_line_takes(page, capsys):
    for command in named(page):
        try:
            parse(command)
        except SystemExit as refused:
            pytest.fail(f"{command}: {refused} {capsys.readouterr().err}", pytrace=False)


def test_commands_are_found_and_wrong_ones_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "`./winnow queues --since 2h`\n```sh\n./winnow list | head  # all\n```\n`./winnow dead show|replay`\n"
    )
    assert list(named(page)) == ["./winnow list", "./winnow queues --since 2h", "./winnow dead"]
    for wrong in ("./winnow nothing", "./winnow queues --sinc 2h --x", "./winnow limits set NAME"):
        with pytest.raises(SystemExit):
            parse(wrong)
    assert sum(len(list(named(page))) for page in pages()) > 200


@pytest.mark.parametrize("page", [*pages(), *(ROOT / "docs").glob("*/*.md")], ids=path_of)
def test_every_file_that_a_page_links_to_is_there(page):
    targets = [target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8"))]
    files = [target for target in targets if target and not target.startswith(("http://", "https://", "mailto:"))]
    assert [target for target in files if not (page.parent / target).exists()] == []
