"""The internal API put together. Every route needs the service token, but health and metrics."""

import hmac

from flask import Flask, request

from winnow_contracts.errors import Refused
from winnow_index.api import (
    dead,
    health,
    history,
    operators,
    photos,
    places,
    problems,
    reads,
    spending,
    steering,
    turns,
)
from winnow_index.budgets import UNLIMITED, Budgets
from winnow_index.database import Database
from winnow_index.dead import DeadTasks
from winnow_index.feedback import Feedback
from winnow_index.findings import Findings
from winnow_index.history import History
from winnow_index.library import Library
from winnow_index.photos import Photos
from winnow_index.places import Places
from winnow_index.search import Searcher
from winnow_index.spending import SpentDays
from winnow_index.steering import Steering
from winnow_index.turns import Turns


def create_app(database: Database, searcher: Searcher, service_token: str, budgets: Budgets = UNLIMITED) -> Flask:
    """The app of one process."""
    app = Flask("winnow_index")
    wanted_header = f"Bearer {service_token}".encode()

    @app.before_request
    def check_token() -> None:
        given = request.headers.get("Authorization", "").encode()
        if request.path not in health.OPEN and not hmac.compare_digest(given, wanted_header):
            raise Refused("This API is for Winnow's services.", code="unauthenticated")

    health.add(app, database.probe)
    reads.add(app, Library(database), searcher)
    photos.add(app, Photos(database), Feedback(database))
    spending.add(app, SpentDays(database, budgets))
    turns.add(app, Turns(database, budgets))
    places.add(app, Places(database))
    history.add(app, History(database))
    steering.add(app, Steering(database))
    dead.add(app, DeadTasks(database))
    operators.add(app, Findings(database))
    problems.add(app)
    return app
