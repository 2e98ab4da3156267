#!/usr/bin/env bash
# Measures the gateway beside a server written by hand for the same queries, on a PostgreSQL of its own.
#
#   scripts/bench.sh                     20 businesses, all queries; some minutes
#   scripts/bench.sh --json FILE         the figures for machines too
#   scripts/bench.sh --businesses 200    the second size
#   scripts/bench.sh --growth            and how cost grows with connections and pages
#   scripts/bench.sh --smoke             a second each, over a few rows: does it work?
#
# Other options: --seconds N and --rounds N of load, --only QUERY,QUERY. With OWNER_DATABASE_URL and
# DATABASE_URL set, that database is used instead; it is filled where it has too few businesses.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

profile=release
case " $* " in *" --smoke "*) profile=dev ;; esac
folder=$profile
[ "$profile" = release ] || folder=debug

finish() {
    trap - EXIT INT TERM
    throwaway_stop
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ensure_compiler
say "building ($profile profile)"
cargo build --locked --profile "$profile" --workspace --bin thorbis --bin bench
built=${CARGO_TARGET_DIR:-$root/target}/$folder
if [ -z "${OWNER_DATABASE_URL:-}" ]; then
    throwaway_start "shared_buffers = 2GB" "max_wal_size = 8GB" "checkpoint_timeout = 1h" "autovacuum = off" "max_connections = 300"
    cluster_psql postgres -c "CREATE DATABASE bench"
    export OWNER_DATABASE_URL DATABASE_URL
    OWNER_DATABASE_URL=$(cluster_url postgres bench)
    DATABASE_URL=$(cluster_url thorbis_gateway bench)
fi
THORBIS=$built/thorbis "$built/bench" "$@"
