import itertools
import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from winnow_contracts import api_keys, identity


def test_ids_sort_by_time_and_are_uuid_version_7():
    made = [identity.new_media_id() for _ in range(50)]
    assert len(set(made)) == 50
    versions = {uuid.UUID(one.removeprefix("med_")).version for one in made}
    assert versions == {7}
    times = [one[4:17] for one in made]
    assert all(a <= b for a, b in itertools.pairwise(times))


@given(st.text(), st.text(), st.text())
def test_the_same_idempotency_key_is_the_same_job_and_another_is_another(tenant, route, key):
    job = identity.keyed_job_id(tenant, route, key)
    assert job == identity.keyed_job_id(tenant, route, key)
    assert job != identity.keyed_job_id(tenant, route, key + "x")
    assert identity.keyed_media_id(job).startswith("med_")


def test_a_key_can_be_parsed_and_a_typing_error_is_noticed():
    key = api_keys.generate()
    assert api_keys.parse(key.text()) == key
    assert api_keys.parse(key.text().replace(key.secret[0], "-", 1)) is None
    assert api_keys.parse("") is None
    assert api_keys.parse("Bearer nonsense") is None


def test_a_jobs_id_tells_when_it_was_made_unless_it_is_of_an_idempotency_key():
    before = time.time_ns() // 1_000_000
    made = identity.job_created_ms(identity.new_job_id())
    assert made is not None
    assert before <= made <= time.time_ns() // 1_000_000
    assert identity.job_created_ms(identity.keyed_job_id("t", "r", "k")) is None
    assert identity.job_created_ms("job_1") is None
