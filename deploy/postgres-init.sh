#!/bin/sh
# Runs once, when the postgres container makes its data folder: the three roles, their database, two passwords.
set -eu
password() { printf '%s' "$1" | sed -n 's|^[a-z]*://[^:/@]*:\([^@]*\)@.*|\1|p'; }
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres --file /corredor/roles.sql
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set app="$(password "$DATABASE_URL")" --set owner="$(password "$DATABASE_OWNER_URL")" <<'SQL'
ALTER ROLE corredor_app PASSWORD :'app';
ALTER ROLE corredor_owner PASSWORD :'owner' NOCREATEDB;
SQL
