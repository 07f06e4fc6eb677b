#!/bin/sh
# Run once, by an empty PostgreSQL: a role and a database of its own for decisions, Dagster and MLflow.
# Names and passwords are read from the addresses that the services are given.
set -eu

for secret in risk_database risk_dagster_database risk_mlflow_store; do
    address=$(cat "/run/secrets/$secret")
    account=${address#*://}
    role=${account%%:*}
    password=${account#*:}
    password=${password%%@*}
    database=${address##*/}
    psql --set ON_ERROR_STOP=1 --set role="$role" --set password="$password" \
        --set database="$database" --username postgres --dbname postgres <<-'SQL'
	CREATE ROLE :"role" LOGIN PASSWORD :'password';
	CREATE DATABASE :"database" OWNER :"role";
	REVOKE CONNECT ON DATABASE :"database" FROM PUBLIC;
	SQL
done
