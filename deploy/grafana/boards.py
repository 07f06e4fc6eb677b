"""The four boards: service, decisions, drift, pipeline."""

from deploy.grafana.panels import Board, Kind, Panel, Query

_RUNS = {"0": ("STOPPED", "red"), "1": ("RUNNING", "green")}
_ON = {"0": ("no", "transparent"), "1": ("yes", "blue")}
_UP = {"0": ("DOWN", "red"), "1": ("UP", "green")}


def _quantiles(metric: str, of: str) -> tuple[Query, ...]:
    """Return the median and the slow ends of a histogram."""
    return tuple(
        Query(f"histogram_quantile({q}, sum by (le) (rate({metric}_bucket{of}[5m])))", f"p{q[2:]}")
        for q in ("0.50", "0.95", "0.99")
    )


SERVICE = Board(
    name="service",
    title="Scoring service",
    panels=(
        Panel(
            title="Scoring",
            about="What the gate lets; a worker that cannot read it counts as stopped.",
            queries=(Query("min(risk_serving_running)"),),
            kind=Kind.STAT,
            width=6,
            words=_RUNS,
        ),
        Panel(
            title="Lease",
            about="For how long scores may leave yet; renewed while looks for drift are fresh.",
            queries=(Query("min(risk_lease_seconds)"),),
            kind=Kind.STAT,
            unit="s",
            width=6,
            steps=(("red", None), ("orange", 0), ("green", 100)),
        ),
        Panel(
            title="Model version",
            about="Version of the champion that answers; 0: none.",
            queries=(Query("min(risk_model_version)"),),
            kind=Kind.STAT,
            unit="none",
            width=6,
            steps=(("red", None), ("blue", 1)),
        ),
        Panel(
            title="Moves of the gate",
            about="How often scoring was stopped or resumed since there is a database.",
            queries=(Query("max(risk_gate_epoch)"),),
            kind=Kind.STAT,
            unit="none",
            width=6,
            steps=(("blue", None),),
        ),
        Panel(
            title="Requests by route",
            queries=(Query("sum by (route) (rate(risk_http_requests_total[5m]))", "{{route}}"),),
            unit="reqps",
        ),
        Panel(
            title="Time of /predict",
            about="From the first header to the end of the answer.",
            queries=_quantiles("risk_http_request_duration_seconds", '{route="/predict"}'),
            unit="s",
        ),
        Panel(
            title="Answers by class of status",
            queries=(Query("sum by (status) (rate(risk_http_requests_total[5m]))", "{{status}}"),),
            unit="reqps",
        ),
        Panel(
            title="Refusals by type",
            about="The types of docs/api.md.",
            queries=(Query("sum by (type) (rate(risk_problems_total[5m]))", "{{type}}"),),
            unit="reqps",
        ),
        Panel(
            title="Time of a commit",
            queries=_quantiles("risk_commit_duration_seconds", ""),
            unit="s",
        ),
        Panel(
            title="What waits",
            about="Decisions to be recorded, and seconds since the oldest row was not sealed.",
            queries=(
                Query("sum(risk_decisions_queued)", "decisions queued"),
                Query("max(risk_unsealed_seconds)", "seconds unsealed"),
            ),
        ),
    ),
)

DECISIONS = Board(
    name="decisions",
    title="Decisions",
    span="now-24h",
    panels=(
        Panel(
            title="Decisions an hour, by verdict",
            queries=(Query("sum by (verdict) (increase(risk_scores_total[1h]))", "{{verdict}}"),),
        ),
        Panel(
            title="Share approved",
            about="Of the last hour and of the last day: where they part, something has changed.",
            queries=tuple(
                Query(
                    f'sum(rate(risk_scores_total{{verdict="approve"}}[{span}]))'
                    f" / sum(rate(risk_scores_total[{span}]))",
                    span,
                )
                for span in ("1h", "1d")
            ),
            unit="percentunit",
        ),
        Panel(
            title="Decisions a second",
            queries=(Query("sum(rate(risk_scores_total[5m]))", "decided"),),
        ),
        Panel(
            title="Decisions in one commit",
            queries=(
                Query(
                    "sum(rate(risk_commit_decisions_sum[5m]))"
                    " / sum(rate(risk_commit_decisions_count[5m]))",
                    "mean",
                ),
            ),
        ),
        Panel(
            title="Requests that are no applications",
            about="A share that rises is a client that has changed.",
            queries=(
                Query(
                    'sum(rate(risk_problems_total{type=~"invalid-application|malformed"}[15m]))'
                    ' / sum(rate(risk_http_requests_total{route=~"/predict.*"}[15m]))',
                    "share",
                ),
            ),
            unit="percentunit",
        ),
        Panel(
            title="Refused while stopped, or for a suspended key",
            queries=(
                Query(
                    'sum by (type) (rate(risk_problems_total{type=~"serving-stopped|key-suspended"}'
                    "[5m]))",
                    "{{type}}",
                ),
            ),
            unit="reqps",
        ),
    ),
)

DRIFT = Board(
    name="drift",
    title="Drift and the emergency stop",
    span="now-7d",
    panels=(
        Panel(
            title="Light",
            about="Of the last window of decisions, held against the champion's training loans.",
            queries=(Query("max by (light) (risk_drift_light)", "{{light}}"),),
            kind=Kind.STATES,
            width=24,
            words=_ON,
        ),
        Panel(
            title="Drifted share",
            about="Of the inputs, each weighted by importance; from RISK_DRIFT_SHARE on it stops.",
            queries=(Query("max(risk_drift_share_ratio)", "share"),),
            unit="percentunit",
        ),
        Panel(
            title="Since the last look",
            about="Nobody who looks renews no lease.",
            queries=(Query("time() - max(risk_drift_look_timestamp_seconds)", "seconds"),),
            unit="s",
        ),
        Panel(
            title="Scoring",
            queries=(Query("min(risk_serving_running)", "scoring"),),
            kind=Kind.STATES,
            words=_RUNS,
        ),
        Panel(
            title="Lease",
            queries=(Query("min(risk_lease_seconds)", "left"),),
            unit="s",
        ),
        Panel(
            title="Moves of the gate in an hour",
            queries=(Query("max(changes(risk_gate_epoch[1h]))", "moves"),),
            unit="none",
        ),
        Panel(
            title="Alerts at work",
            queries=(Query('ALERTS{alertstate="firing"}'),),
            kind=Kind.TABLE,
        ),
    ),
)

PIPELINE = Board(
    name="pipeline",
    title="Pipeline",
    span="now-7d",
    panels=(
        Panel(
            title="What is asked",
            queries=(Query("up", "{{job}}"),),
            kind=Kind.STAT,
            words=_UP,
        ),
        Panel(
            title="Runs on record",
            queries=(Query("sum by (status) (risk_dagster_runs)", "{{status}}"),),
            kind=Kind.BARS,
            steps=(("blue", None),),
        ),
        Panel(
            title="Runs at work and in the queue",
            queries=(
                Query(
                    'sum by (status) (risk_dagster_runs{status=~"queued|starting|started"})',
                    "{{status}}",
                ),
            ),
        ),
        Panel(
            title="Runs that failed within a day",
            queries=(Query('delta(risk_dagster_runs{status="failure"}[1d])', "failed"),),
        ),
        Panel(
            title="Age of assets",
            about="Since each was last made; the platform is refreshed monthly.",
            queries=(Query("time() - risk_dagster_materialized_timestamp_seconds", "{{asset}}"),),
            kind=Kind.BARS,
            unit="s",
            steps=(("green", None), ("orange", 32 * 86_400), ("red", 38 * 86_400)),
        ),
        Panel(
            title="Checks that do not hold",
            queries=(Query("risk_dagster_check_failed"),),
            kind=Kind.TABLE,
        ),
        Panel(
            title="Silence of the daemon",
            about="Since each part of it last said that it lives: usually half a minute at most.",
            queries=(
                Query("time() - risk_dagster_daemon_heartbeat_timestamp_seconds", "{{daemon}}"),
            ),
            unit="s",
        ),
        Panel(
            title="Since the last turn",
            queries=(Query("time() - risk_dagster_tick_timestamp_seconds", "{{name}}"),),
            unit="s",
        ),
        Panel(
            title="Turns that failed",
            queries=(Query("risk_dagster_tick_failed", "{{kind}} {{name}}"),),
            kind=Kind.STATES,
            words={"0": ("well", "green"), "1": ("FAILED", "red")},
        ),
        Panel(
            title="Time to read Dagster's instance",
            queries=(Query("risk_dagster_read_seconds", "seconds"),),
            unit="s",
        ),
    ),
)

BOARDS = (SERVICE, DECISIONS, DRIFT, PIPELINE)
