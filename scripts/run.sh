#!/usr/bin/env bash
# From a fresh clone to a served gateway: builds, starts a private PostgreSQL, migrates, loads demo
# data, serves. A second run reuses all of it. Ctrl-C stops the server and the cluster it started.
#
#   scripts/run.sh             fast to compile
#   scripts/run.sh --release   optimised
#
# With DATABASE_URL set, that server is used instead of a private cluster: DATABASE_URL is the
# gateway's login, OWNER_DATABASE_URL the owner's, who migrates. Other settings: README.md.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

profile=dev folder=debug
case "${1:-}" in
    "") ;;
    --release) profile=release folder=release ;;
    *) die "unknown argument '$1'. Use: scripts/run.sh [--release]" ;;
esac

export PORT=${PORT:-8080} BIND=${BIND:-127.0.0.1}
address=$BIND
case "$address" in 0.0.0.0 | "::") address=127.0.0.1 ;; esac

if port_in_use "$PORT"; then
    die "port $PORT is in use. Stop what listens there, or choose another: PORT=8081 scripts/run.sh"
fi

cd "$root"
private=
[ -n "${DATABASE_URL:-}" ] || private=yes

server=
finish() {
    trap - EXIT INT TERM HUP
    if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ -n "$private" ] && [ -n "${cluster_data:-}" ]; then leave_local; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

lock
ensure_compiler
# PostgreSQL is installed before the long build: what may fail for want of a package fails early.
[ -z "$private" ] || ensure_postgres

say "building the gateway ($profile profile; minutes when nothing is built yet, seconds after that)"
cargo build --locked --profile "$profile" --workspace --bin thorbis 8>&- 9>&-
thorbis=${CARGO_TARGET_DIR:-$root/target}/$folder/thorbis

if [ -n "$private" ]; then
    start_local
    # Present from the moment the database is made here until its demo data is in.
    pending=$local_dir/demo-pending
    if [ -z "$(cluster_psql postgres -c "SELECT 1 FROM pg_database WHERE datname = '$database'")" ]; then
        touch "$pending"
        cluster_psql postgres -c "CREATE DATABASE $database"
    fi
    export DATABASE_URL OWNER_DATABASE_URL
    DATABASE_URL=$(cluster_url thorbis_gateway "$database")
    OWNER_DATABASE_URL=$(cluster_url postgres "$database")
    if [ -z "${THORBIS_TOKEN_SECRET:-}" ]; then
        secret=$local_dir/token-secret
        [ -s "$secret" ] || (umask 077 && random_secret >"$secret.making" && mv "$secret.making" "$secret")
        export THORBIS_TOKEN_SECRET
        THORBIS_TOKEN_SECRET=$(cat "$secret")
    fi
    if [ -z "${THORBIS_SEALING_KEY:-}" ]; then
        secret=$local_dir/sealing-key
        [ -s "$secret" ] || (umask 077 && random_secret >"$secret.making" && mv "$secret.making" "$secret")
        export THORBIS_SEALING_KEY
        THORBIS_SEALING_KEY=$(cat "$secret")
    fi
fi

if [ -n "${OWNER_DATABASE_URL:-}" ]; then
    say "migrating"
    "$thorbis" migrate 8>&- 9>&-
else
    say "OWNER_DATABASE_URL is not set: serving without migrating"
fi

if [ -n "$private" ] && [ -e "$pending" ]; then
    if [ "$(cluster_psql "$database" -c 'SELECT count(*) FROM businesses.businesses')" = 0 ]; then
        say "loading demo data"
        "$thorbis" demo 8>&- 9>&-
    fi
    rm -f "$pending"
    touch "$local_dir/demo-loaded"
fi
# GraphiQL may offer the demo users, whose password is public, because all rows are made up.
if [ -n "$private" ] && [ -e "$local_dir/demo-loaded" ]; then
    export THORBIS_DEMO_SIGN_IN=${THORBIS_DEMO_SIGN_IN:-1}
fi

say "starting the gateway"
unlock_set_up
"$thorbis" serve 8>&- 9>&- &
server=$!

for _ in $(seq 300); do
    port_in_use "$PORT" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
done

if kill -0 "$server" 2>/dev/null; then
    say "ready"
    cat <<TEXT

  GraphiQL   http://$address:$PORT/graphiql
  Endpoint   http://$address:$PORT/graphql
TEXT
    if [ -n "$private" ] && [ -e "$local_dir/demo-loaded" ]; then
        cat <<TEXT
  Sign in    owner@hvac.test, password demo-password
             (also manager@, staff@ and viewer@; also plumbing.test, bistro.test, garage.test,
             boutique.test, academy.test, payroll.test, agency.test)
TEXT
    fi
    if [ -n "$private" ]; then
        cat <<TEXT
  Database   scripts/psql.sh

TEXT
    fi
    echo "  Ctrl-C stops it."
    echo
fi

status=0
wait "$server" || status=$?
server=
exit "$status"
