"""``python -m serving.control_tower``: the pages, on loopback, until it is told to stop."""

from streamlit.web import cli

from risk_platform.settings import LOOPBACK, Settings
from serving.control_tower import app

_THEME = {
    "baseRadius": "small",
    "light.primaryColor": "#2f5f9e",
    "light.linkColor": "#1d4f8f",
    "dark.primaryColor": "#8ab4e8",
    "dark.linkColor": "#9cc3f5",
}


def options(settings: Settings) -> dict[str, object]:
    """Return how Streamlit is to serve: whom, where, and what it keeps to itself."""
    return {
        "server.address": LOOPBACK,
        "server.port": settings.tower_port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 64,
        "browser.gatherUsageStats": "false",
        # Whoever looks is told in a sentence; what is behind it stands in the output.
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        **{f"theme.{name}": value for name, value in _THEME.items()},
    }


def main() -> None:
    """Serve. All that pages need is imported by now, so that nobody has to wait for it."""
    given = [f"--{name}={value}" for name, value in options(Settings()).items()]
    cli.main(["run", app.__file__, *given], prog_name="streamlit")


if __name__ == "__main__":
    main()
