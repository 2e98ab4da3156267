# What the scripts share: finding or installing PostgreSQL, and private clusters of it.
# Sourced, never run. Works as root and as an ordinary user; paths may hold spaces.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
local_dir=$root/.local
database=thorbis
# runuser and useradd live there, and not every root has them on its path.
PATH=$PATH:/usr/sbin:/sbin

# --- telling -----------------------------------------------------------------------------------

# A progress line with the seconds since the script began. To stderr, so that output stays clean.
say() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }

die() {
    printf '\nerror: %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Runs a noisy command quietly; its output is shown only when it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 8>&- 9>&-; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# --- installing --------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif has sudo; then sudo "$@"; else return 1; fi
}

can_install() { has apt-get && { [ "$(id -u)" = 0 ] || has sudo; }; }

apt_updated=
apt_update() {
    [ -n "$apt_updated" ] && return
    say "refreshing the package lists"
    quietly as_root apt-get update || say "apt-get update failed; trying with the lists that are there"
    apt_updated=yes
}

# apt_install PACKAGE...
apt_install() {
    apt_update
    say "installing $* (apt)"
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "$@"
}

# Rust needs a linker, and the cryptography's assembly a C compiler.
ensure_compiler() {
    has cargo || die "cargo is missing. Install a Rust toolchain (rustup.rs), then run this again."
    has cc && return
    can_install && apt_install gcc libc6-dev && return
    die "a C compiler is missing. Install gcc (Debian: gcc libc6-dev), then run this again."
}

# ensure_tool COMMAND PACKAGE
ensure_tool() {
    has "$1" && return
    can_install && apt_install "$2" && has "$1"
}

# The folders where a PostgreSQL server may live, newest version first.
postgres_candidates() {
    [ -n "${PG_BIN:-}" ] && printf '%s\n' "$PG_BIN"
    {
        ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin
        ls -d /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin
    } 2>/dev/null | sort -rV
    printf '%s\n' /usr/bin /usr/local/bin
}

# Succeeds when the folder holds a server of version 15 or newer that has PostGIS.
usable_postgres() {
    local bin=$1 major share
    [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || return 1
    major=$("$bin/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    [ "$major" -ge 15 ] || return 1
    share=/usr/share/postgresql/$major
    if [ ! -d "$share" ] && [ -x "$bin/pg_config" ]; then share=$("$bin/pg_config" --sharedir); fi
    [ -f "$share/extension/postgis.control" ]
}

find_postgres() {
    local bin
    while IFS= read -r bin; do
        if usable_postgres "$bin"; then
            pg_bin=$bin
            return 0
        fi
    done < <(postgres_candidates)
    return 1
}

install_postgres() {
    if can_install; then
        apt_update
        local package version conf=/etc/postgresql-common/createcluster.conf
        package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
            awk '{print $1}' | sort -rV | head -1)
        version=$(sed -E 's/^postgresql-([0-9]+)-.*/\1/' <<<"$package")
        if [ "${version:-0}" -lt 15 ]; then
            die "this system's packages hold no PostgreSQL 15 or newer with PostGIS. Add PostgreSQL's" \
                "own package archive, or set DATABASE_URL and OWNER_DATABASE_URL to a server you have."
        fi
        # The package would start a server of its own on port 5432; nobody asked for that.
        apt_install postgresql-common || return 1
        quietly as_root sed -i.thorbis 's/^#*create_main_cluster.*/create_main_cluster = false/' "$conf" || true
        local done=0
        apt_install "postgresql-$version" "$package" || done=1
        [ -f "$conf.thorbis" ] && as_root mv "$conf.thorbis" "$conf"
        return "$done"
    elif has dnf && { [ "$(id -u)" = 0 ] || has sudo; }; then
        say "installing postgresql-server and postgis (dnf)"
        quietly as_root dnf install --assumeyes postgresql-server postgresql-contrib postgis
    elif has brew; then
        say "installing postgresql@17 and postgis (brew)"
        quietly brew install postgresql@17 postgis
    else
        return 1
    fi
}

ensure_postgres() {
    find_postgres && return
    install_postgres && find_postgres && return
    die "PostgreSQL 15 or newer with PostGIS is missing and could not be installed. Install it" \
        "(Debian 12: postgresql-15 postgresql-15-postgis-3), or set DATABASE_URL and OWNER_DATABASE_URL."
}

# --- a private cluster -------------------------------------------------------------------------
# Described by three variables: cluster_data, cluster_socket, cluster_port.

# PostgreSQL refuses to run as root; then it runs as its package's user.
cluster_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un
        return
    fi
    id -u postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    echo postgres
}

# Runs a command as the cluster's user, from a folder that user may enter, without our locks.
as_cluster() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u "$(cluster_user)" -- "$@" 8>&- 9>&-)
    else
        (cd / && exec "$@" 8>&- 9>&-)
    fi
}

short_hash() { printf '%s' "$1" | cksum | cut -d' ' -f1; }

# Makes a folder that only the cluster's user (and root) may enter.
cluster_folder() {
    mkdir -p "$1"
    [ "$(id -u)" != 0 ] || chown "$(cluster_user)" "$1"
    chmod 700 "$1"
}

# A socket's whole path may have 107 bytes; a deep checkout gets a short folder of its own instead.
socket_folder() {
    local wanted=$1
    if [ "$(printf '%s/.s.PGSQL.65535' "$wanted" | wc -c)" -le 100 ]; then
        printf '%s' "$wanted"
    else
        printf '/tmp/thorbis-%s-%s' "$(id -u)" "$(short_hash "$wanted")"
    fi
}

# The folder that holds run.sh's cluster: .local, unless root's checkout is closed to the cluster's
# user (a clone under /root): then a folder under /var/lib, named after the checkout.
local_cluster() {
    mkdir -p "$local_dir"
    local home=$local_dir
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$local_dir"
        if ! as_cluster test -x "$local_dir"; then
            home=/var/lib/thorbis-$(short_hash "$root")
            mkdir -p "$home"
        fi
    else
        chmod 700 "$local_dir"
    fi
    cluster_data=$home/postgres
    cluster_socket=$(socket_folder "$home/socket")
    cluster_port=$(cat "$local_dir/port" 2>/dev/null || echo "${THORBIS_PG_PORT:-54329}")
}

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port=$1
    while port_in_use "$port"; do port=$((port + 1)); done
    printf '%s' "$port"
}

# quoted VALUE: as a string of postgresql.conf.
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

cluster_running() { [ -s "$cluster_data/postmaster.pid" ] && as_cluster "$pg_bin/pg_ctl" -D "$cluster_data" status >/dev/null 2>&1; }

# Creates the cluster beside its final place first: an interrupted initdb leaves nothing half made.
cluster_create() {
    local making=$cluster_data.making locale=C.UTF-8
    locale -a 2>/dev/null | grep -qix 'c.utf-\?8' || locale=C
    rm -rf "$making"
    cluster_folder "$making"
    quietly as_cluster "$pg_bin/initdb" -D "$making" -U postgres --encoding=UTF8 --locale="$locale" \
        --auth-local=trust --auth-host=scram-sha-256 ${1:+"$1"}
    # Whoever can enter the socket's folder is the owner; over TCP a password is needed.
    printf "include = 'thorbis.conf'\n" | as_cluster tee -a "$making/postgresql.conf" >/dev/null
    mv "$making" "$cluster_data"
}

# cluster_start SETTING...: starts it with these lines of configuration.
cluster_start() {
    local log=$cluster_data/server.log
    cluster_folder "$cluster_socket"
    {
        printf '%s\n' "$@"
        printf 'port = %s\n' "$cluster_port"
        printf 'unix_socket_directories = %s\n' "$(quoted "$cluster_socket")"
        printf 'unix_socket_permissions = 0700\n'
    } | as_cluster tee "$cluster_data/thorbis.conf" >/dev/null
    if ! as_cluster "$pg_bin/pg_ctl" -D "$cluster_data" -l "$log" -w -t 60 start >/dev/null 2>&1; then
        tail -n 20 "$log" >&2 || true
        die "PostgreSQL did not start; its last words are above, all of them in $log."
    fi
}

cluster_stop() {
    cluster_running || return 0
    as_cluster "$pg_bin/pg_ctl" -D "$cluster_data" -m fast -w -t 60 stop >/dev/null 2>&1 || true
}

# cluster_url USER DATABASE: a URL over the cluster's socket.
cluster_url() {
    local host=$cluster_socket
    host=${host//%/%25}
    host=${host//\//%2F}
    host=${host// /%20}
    printf 'postgres://%s@%s:%s/%s' "$1" "$host" "$cluster_port" "$2"
}

cluster_psql() { "$pg_bin/psql" -X -q -At -v ON_ERROR_STOP=1 "$(cluster_url postgres "$1")" "${@:2}"; }

# --- run.sh's cluster, shared by those who use it at the same time ------------------------------
# Two locks: one is held alone while the checkout is set up, the other shared while its cluster is
# in use. Whoever can hold the second alone when leaving is the last, and stops the cluster.
# Descriptors 8 and 9 hold them; what is started closes both, or a daemon would keep them.

lock() {
    has flock || return 0
    mkdir -p "$local_dir"
    exec 8>"$local_dir/in-use.lock" 9>"$local_dir/set-up.lock"
    if ! flock --exclusive --nonblock 9; then
        say "another script is setting up this checkout; waiting for it"
        flock --exclusive 9
    fi
    flock --shared 8
}

unlock_set_up() { exec 9>&-; }

leave_local() {
    if ! has flock || flock --exclusive --nonblock 8; then cluster_stop; fi
}

# Starts the cluster under .local, made first if it is not there.
start_local() {
    ensure_postgres
    local_cluster
    if [ -s "$cluster_data/PG_VERSION" ]; then
        local version
        version=$(as_cluster cat "$cluster_data/PG_VERSION")
        if ! "$pg_bin/postgres" --version | grep -q " $version[.]"; then
            [ ! -x "/usr/lib/postgresql/$version/bin/postgres" ] ||
                pg_bin=/usr/lib/postgresql/$version/bin
        fi
        "$pg_bin/postgres" --version | grep -q " $version[.]" ||
            die "$cluster_data was made by PostgreSQL $version, which is no longer installed. Install" \
                "it again, or remove that folder to begin with a new database."
    else
        say "creating a private PostgreSQL cluster in $cluster_data"
        local password=$local_dir/owner-password
        (umask 077 && random_secret >"$password")
        [ "$(id -u)" != 0 ] || chown "$(cluster_user)" "$password"
        if as_cluster test -r "$password"; then
            cluster_create "--pwfile=$password"
        else
            cluster_create
        fi
    fi
    if cluster_running; then return; fi
    say "starting PostgreSQL"
    cluster_port=$(free_port "$cluster_port")
    printf '%s\n' "$cluster_port" >"$local_dir/port"
    cluster_start "listen_addresses = '127.0.0.1'" "max_connections = 100" "shared_buffers = 256MB" \
        "synchronous_commit = on" "jit = off" "log_min_messages = warning"
}

random_secret() {
    # `head` closes the pipe early; that is no failure.
    od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'
}

# --- a throw-away cluster, for tests and generators ---------------------------------------------

throwaway_home=

# throwaway_start SETTING...: these lines of configuration count more than those in here.
throwaway_start() {
    ensure_postgres
    say "starting a throw-away PostgreSQL"
    throwaway_home=$(mktemp -d /tmp/thorbis-test.XXXXXX)
    chmod 755 "$throwaway_home"
    [ "$(id -u)" != 0 ] || chown "$(cluster_user)" "$throwaway_home"
    cluster_data=$throwaway_home/postgres
    cluster_socket=$throwaway_home/socket
    cluster_port=5432
    cluster_create
    # Nothing here has to survive a power cut.
    cluster_start "listen_addresses = ''" "fsync = off" "synchronous_commit = off" \
        "full_page_writes = off" "wal_level = minimal" "max_wal_senders = 0" "max_connections = 300" \
        "shared_buffers = 256MB" "jit = off" "autovacuum_naptime = 10min" "log_min_messages = fatal" "$@"
    export TEST_OWNER_DATABASE_URL TEST_SERVER_FOLDER=$throwaway_home
    TEST_OWNER_DATABASE_URL=$(cluster_url postgres postgres)
}

throwaway_stop() {
    [ -n "$throwaway_home" ] || return 0
    local data
    # A test that was cut off may have left a second server (throwaway.sh).
    for data in "$cluster_data" "$throwaway_home/standby"; do
        as_cluster "$pg_bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
    done
    rm -rf "$throwaway_home"
    throwaway_home=
}
