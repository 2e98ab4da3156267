#!/usr/bin/env bash
# psql, as the owner, on the database that run.sh uses. Arguments go to psql:
#   scripts/psql.sh -c 'SELECT count(*) FROM hs.customers'
# Starts the private cluster if it does not run, and stops it again if nobody else uses it.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ -n "${DATABASE_URL:-}" ]; then
    [ -n "${OWNER_DATABASE_URL:-}" ] || die "set OWNER_DATABASE_URL to the owner's login beside DATABASE_URL."
    has psql || die "psql is missing. Install PostgreSQL's client (Debian: postgresql-client)."
    exec psql "$OWNER_DATABASE_URL" "$@"
fi

lock
ensure_postgres
local_cluster
[ -e "$cluster_data/PG_VERSION" ] || die "there is no private database yet. scripts/run.sh makes it."
start_local
unlock_set_up
trap leave_local EXIT
trap : INT
"$pg_bin/psql" "$(cluster_url postgres "$database")" "$@" 8>&- 9>&-
