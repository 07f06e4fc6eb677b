"""Settings: what the environment may say, and the sentence for what it may not."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from risk_platform.settings import Settings

MASTERS = (
    "local",
    "local[*]",
    "local[2]",
    "local[2,3]",
    "spark://cluster:7077",
    "spark://one:7077,two:7077",
    "k8s://https://10.0.0.1:443",
    "yarn",
)
NO_MASTERS = ("", "locale", "local[0]", "spark://cluster", "sparks://cluster:7077", "yarn-client")
NO_CONF = {
    "no JSON": "spark.ui.enabled=true",
    "a list": "[1]",
    "not Spark's": '{"ui.enabled": true}',
    "the master": '{"spark.master": "yarn"}',
    "the clock": '{"spark.sql.session.timeZone": "America/New_York"}',
}


@pytest.mark.parametrize("master", MASTERS)
def test_a_master_of_spark_is_taken(master: str) -> None:
    """All four kinds, as Spark spells them."""
    assert Settings(spark_master=master).spark_master == master


@pytest.mark.parametrize("master", NO_MASTERS)
def test_what_is_no_master_is_refused_with_examples(master: str) -> None:
    """Before any JVM starts, and in one sentence."""
    with pytest.raises(ValidationError, match=r"is no master of Spark: give local\[\*\]"):
        Settings(spark_master=master)


def test_further_settings_of_spark_are_json_or_a_file_of_it(tmp_path: Path) -> None:
    """Values get the spelling that Java reads."""
    given = {"spark.ui.enabled": True, "spark.task.cpus": 2, "spark.app.name": "loans"}
    file = tmp_path / "spark.json"
    file.write_text(json.dumps(given))
    for conf in (json.dumps(given), str(file)):
        assert Settings(spark_conf=conf).spark_extra == {
            "spark.ui.enabled": "true",
            "spark.task.cpus": "2",
            "spark.app.name": "loans",
        }


@pytest.mark.parametrize("kind", NO_CONF)
def test_what_is_no_setting_of_spark_is_refused(kind: str) -> None:
    """Nor may a setting be changed here that tables hang on."""
    with pytest.raises(ValidationError, match="spark_conf"):
        Settings(spark_conf=NO_CONF[kind])


def test_tables_are_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    """A folder becomes an absolute path, a URL stays as it is."""
    assert Settings(home=tmp_path).tables_root == str(tmp_path / "tables")
    assert Settings(tables="elsewhere").tables_root == str(Path("elsewhere").resolve())
    assert Settings(tables="s3://bank/tables").tables_root == "s3://bank/tables"


def test_a_cluster_needs_a_way_to_tables_on_a_remote_disk() -> None:
    """Its workers read files: a copy in the driver's own temporary folder they would not find."""
    remote = {"spark_master": "yarn", "tables": "s3://bank/tables"}
    with pytest.raises(ValidationError, match="RISK_SCRATCH"):
        Settings.model_validate(remote)
    assert Settings.model_validate(remote | {"scratch": "/shared"}).on_cluster


def test_event_logs_need_an_existing_folder(tmp_path: Path) -> None:
    """Spark makes none, and would say so only when the first run starts."""
    assert Settings(spark_events=str(tmp_path)).spark_events == str(tmp_path)
    with pytest.raises(ValidationError, match="there is no folder"):
        Settings(spark_events=str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark_conf", '{"spark.authenticate.secret": "s3cret"}'),
        ("spark_conf", '{"spark.hadoop.fs.s3a.access.key": "s3cret"}'),
        ("spark_conf", '{"spark.x": "s3cret"'),
        ("mlflow_uri", "postgresql://risk:s3cret@db/mlflow"),
    ],
    ids=["secret", "key", "no JSON", "password"],
)
def test_a_secret_is_refused_where_dagster_would_show_it(name: str, value: str) -> None:
    """The sentence says where it belongs, and does not repeat it."""
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: value})
    assert "s3cret" not in "; ".join(error["msg"] for error in refused.value.errors())
