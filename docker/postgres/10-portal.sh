#!/bin/bash
# Run once by PostgreSQL's image when its volume is empty: the roles and databases of the portal.
# Passwords go through psql's variables, which quote them; `env` is the container's.
set -euo pipefail

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$PORTAL_DB_PASSWORD" --set reader_password="$PORTAL_DB_READER_PASSWORD" <<'SQL'
CREATE ROLE ckan LOGIN PASSWORD :'owner_password';
CREATE ROLE datastore_reader LOGIN PASSWORD :'reader_password';
CREATE DATABASE ckan OWNER ckan;
CREATE DATABASE ckan_datastore OWNER ckan;
SQL
