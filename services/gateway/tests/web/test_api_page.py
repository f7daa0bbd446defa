"""The API's reference: everything that the document has, from this host alone, for whoever comes."""

import re

from flask.testing import FlaskClient

from .conftest import Elements


def test_it_shows_every_operation_and_every_schema_without_a_key(stranger: FlaskClient) -> None:
    document = stranger.get("/openapi.json").get_json()
    answer = stranger.get("/docs")
    assert answer.status_code == 200
    ids = {attributes["id"] for attributes in Elements(answer.text).with_attribute("id")}
    operations = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert operations | set(document["components"]["schemas"]) <= ids


def test_it_shows_parameters_answers_and_problems(stranger: FlaskClient) -> None:
    page = stranger.get("/docs").text
    [search] = re.findall(r'<details class="operation" id="search">.*?</details>', page, re.DOTALL)
    for words in ("/v1/search", "How to look.", "<code>hybrid</code>", 'href="#Hits"', "model-unavailable"):
        assert words in search


def test_every_link_within_leads_somewhere_and_nothing_comes_from_elsewhere(stranger: FlaskClient) -> None:
    page = stranger.get("/docs").text
    elements = Elements(page)
    ids = {attributes["id"] for attributes in elements.with_attribute("id")}
    links = {str(attributes["href"]) for attributes in elements.with_attribute("href")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert all(link.startswith(("/", "#")) for link in links)
    assert not re.search(r"<(script|style)>|style=", page)
