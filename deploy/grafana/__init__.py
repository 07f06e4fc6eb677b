"""Grafana's dashboards, as code: boards say what is seen, panels how Grafana wants that told."""
