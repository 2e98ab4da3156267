#!/usr/bin/env bash
# What tests do to the throw-away PostgreSQL they run on, whose folder is the first argument:
#
#   scripts/throwaway.sh FOLDER restart MODE    ends it as pg_ctl's mode says (fast, immediate) and starts it again
#   scripts/throwaway.sh FOLDER follow          starts a second server on the next port: a synchronous standby
#   scripts/throwaway.sh FOLDER fail-over       kills the server that takes changes; the other one takes its place
#   scripts/throwaway.sh FOLDER rejoin          the server that was killed follows the other one
#   scripts/throwaway.sh FOLDER alone           the first server is there alone, as in the beginning

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$1 verb=$2 mode=${3:-fast}
ensure_postgres
cluster_socket=$folder/socket
first=$folder/postgres first_port=5432
second=$folder/standby second_port=5433

# Which of the two takes changes.
if [ -e "$folder/second-leads" ]; then
    leader=$second leader_port=$second_port other=$first other_port=$first_port
else
    leader=$first leader_port=$first_port other=$second other_port=$second_port
fi
cluster_data=$leader cluster_port=$leader_port

# control DATA ARGUMENT...: pg_ctl, which stays silent unless it fails.
control() {
    local data=$1
    shift
    quietly as_cluster "$pg_bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 "$@" || { tail -n 20 "$data/server.log" >&2; return 1; }
}

# configure DATA LINE...: more lines of configuration.
configure() { printf '%s\n' "${@:2}" | as_cluster tee -a "$1/thorbis.conf" >/dev/null; }

# What is acknowledged after this is on both.
await_other() {
    local tries=0
    configure "$leader" "synchronous_standby_names = '*'"
    control "$leader" reload
    until [ "$(cluster_psql postgres -c "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")" = 1 ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || die "the second server does not follow."
        sleep 0.05
    done
}

follow() {
    as_cluster cp "$first/thorbis.conf" "$folder/before.conf"
    configure "$leader" "wal_level = replica" "max_wal_senders = 4" "wal_log_hints = on" "full_page_writes = on" "wal_keep_size = 1GB"
    control "$leader" -m fast restart
    quietly as_cluster "$pg_bin/pg_basebackup" -h "$cluster_socket" -p "$leader_port" -U postgres -D "$other" \
        --write-recovery-conf --wal-method=fetch --checkpoint=fast --no-sync --no-manifest
    control "$other" -o "-p $other_port" start
    await_other
}

fail_over() {
    control "$leader" -m immediate stop
    control "$other" promote
    if [ "$other" = "$second" ]; then : >"$folder/second-leads"; else rm "$folder/second-leads"; fi
}

rejoin() {
    # Before its first checkpoint a server that was promoted still says that it is of the old timeline.
    cluster_psql postgres -c CHECKPOINT
    quietly as_cluster "$pg_bin/pg_rewind" -D "$other" --source-server="$(cluster_url postgres postgres)" --write-recovery-conf --no-sync
    # The configuration came along; nobody follows this one.
    as_cluster sed -i '/^synchronous_standby_names/d' "$other/thorbis.conf"
    control "$other" -o "-p $other_port" start
    await_other
}

alone() {
    local data
    for data in "$second" "$first"; do
        [ ! -s "$data/postmaster.pid" ] || control "$data" -m immediate stop || true
    done
    rm -rf "$second" "$folder/second-leads" "$first/standby.signal"
    [ ! -e "$folder/before.conf" ] || mv "$folder/before.conf" "$first/thorbis.conf"
    control "$first" start
}

case "$verb" in
    restart) control "$first" -m "$mode" restart ;;
    follow) follow ;;
    fail-over) fail_over ;;
    rejoin) rejoin ;;
    alone) alone ;;
    *) die "$verb is none of restart, follow, fail-over, rejoin and alone." ;;
esac
