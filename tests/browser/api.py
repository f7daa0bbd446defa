"""The API, for what a test needs to be there before it looks at a page."""

import time

from .limits import WORK_MS


class Api:
    """Calls of one key."""

    def __init__(self, request, key):
        self._request = request
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(self, method, path, **more):
        """The JSON of the answer, None where it is empty."""
        answer = self._request.fetch(path, method=method, headers=self._headers, **more)
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    def until(self, path, condition):
        """The JSON of a path's answer, once the condition holds of it."""
        deadline = time.monotonic() + WORK_MS / 1000
        while not condition(answer := self.ask("GET", path)):
            assert time.monotonic() < deadline, answer
            time.sleep(0.3)
        return answer

    def created_key(self, name, scopes, tenant_id):
        """The secret of a new key, once gateways know it."""
        wanted = {"name": name, "scopes": scopes, "tenant_id": tenant_id}
        key = self.ask("POST", "/v1/ops/keys", data=wanted)["key"]
        deadline = time.monotonic() + WORK_MS / 1000
        while not self._request.get("/v1/usage", headers={"Authorization": f"Bearer {key}"}).ok:
            assert time.monotonic() < deadline, f"the key {name} is still refused"
            time.sleep(0.3)
        return key
