"""The exporter: Dagster's figures over HTTP, for Prometheus, until it is ended."""

import argparse

from prometheus_client import CollectorRegistry, start_http_server

from risk_platform.commands.home import open_instance
from risk_platform.orchestration.exported.collector import DagsterCollector
from risk_platform.orchestration.exported.read import InstanceReader
from risk_platform.settings import LOOPBACK, Settings


def run(settings: Settings, host: str, port: int) -> None:
    """Answer until the process is ended."""
    with open_instance(settings) as instance:
        registry = CollectorRegistry()
        registry.register(DagsterCollector(InstanceReader(instance).read))
        _, answering = start_http_server(port, host, registry)
        answering.join()


def main() -> None:
    """Run it where the arguments say."""
    asked = argparse.ArgumentParser(description="Tell Prometheus of Dagster.")
    asked.add_argument("--host", default=LOOPBACK)
    asked.add_argument("--port", type=int, required=True)
    given = asked.parse_args()
    run(Settings(), given.host, given.port)


if __name__ == "__main__":
    main()
