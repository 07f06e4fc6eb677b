"""What tests of the orchestration are handed."""

import threading
from collections.abc import Iterator

import pytest

from risk_platform_tests.orchestration.webhook import Webhook


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Return a webhook that listens."""
    made = Webhook()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()
