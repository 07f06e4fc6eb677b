#!/bin/sh
# Make the secrets that deploy/compose.yaml mounts, once: what is there stays as it is. The folder is
# for its owner alone; the files in it can be read by all, since containers run under another user.
set -eu

folder=${1:?"say where: sh deploy/secrets.sh deploy/secrets"}
mkdir -p "$folder"
chmod 700 "$folder"

write() {
    [ -e "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
    chmod 644 "$folder/$1"
}
random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

write postgres_password "$(random)"
write grafana_password "$(random)"
write risk_database "postgresql+psycopg://risk:$(random)@postgres:5432/risk"
write risk_dagster_database "postgresql+psycopg2://dagster:$(random)@postgres:5432/dagster"
write risk_mlflow_store "postgresql+psycopg2://mlflow:$(random)@postgres:5432/mlflow"
# Filled by `risk-platform keys create`, once there is a database.
write risk_service_key ""
write risk_tower_key ""
write prometheus_key ""
