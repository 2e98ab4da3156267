#!/usr/bin/env bash
# The whole test suite on a throw-away PostgreSQL. A word limits it:
#
#   scripts/test.sh format|lint|rust|entities|schema|bench|browser    one part
#   scripts/test.sh WORD                                        the Rust tests whose name has WORD
#
# Every part runs, though an earlier one failed; the last line counts what passed and failed.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

wanted=${1:-all} filter=
case "$wanted" in
    all | format | lint | rust | entities | schema | bench | browser) ;;
    *) filter=$wanted wanted=rust ;;
esac

passed=0 failed=0 ignored=0
results=()
gateway=

finish() {
    trap - EXIT INT TERM
    [ -z "$gateway" ] || kill -TERM "$gateway" 2>/dev/null || true
    throwaway_stop
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# part NAME FUNCTION: runs one part when it is wanted and notes how it ended.
part() {
    local name=$1 start=$SECONDS verdict=passed
    [ "$wanted" = all ] || [ "$wanted" = "$name" ] || return 0
    say "$name: $2"
    if ! "part_$name"; then
        verdict=FAILED
        [ "$name" = rust ] || failed=$((failed + 1))
    elif [ "$name" != rust ]; then
        passed=$((passed + 1))
    fi
    results+=("$(printf '%-10s %-7s %4d s' "$name" "$verdict" $((SECONDS - start)))")
}

needs_cluster() { [ -n "$throwaway_home" ] || throwaway_start; }

build_gateway() {
    cargo build --locked -p server --bin thorbis || return 1
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

part_entities() {
    needs_cluster
    cluster_psql postgres -c "CREATE DATABASE entities" || return 1
    cargo run --locked --quiet -p migration --bin generate-entities -- \
        --migrate --check "$(cluster_url postgres entities)"
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

part_browser() {
    local port address status=0
    if ! find_chromium; then
        { can_install && apt_install chromium; } || true
        if ! find_chromium; then
            echo "no Chromium could be found or installed; set CHROMIUM to one, or install the package 'chromium'." >&2
            return 1
        fi
    fi
    ensure_tool python3 python3 || { echo "python3 is missing; install it." >&2; return 1; }
    needs_cluster
    build_gateway || return 1

    cluster_psql postgres -c "CREATE DATABASE browser" || return 1
    port=$(free_port 18080)
    address=http://127.0.0.1:$port
    (
        export DATABASE_URL OWNER_DATABASE_URL PORT=$port BIND=127.0.0.1 THORBIS_TOKEN_SECRET
        OWNER_DATABASE_URL=$(cluster_url postgres browser)
        DATABASE_URL=$(cluster_url thorbis_gateway browser)
        THORBIS_TOKEN_SECRET=$(random_secret)
        "$thorbis" migrate && "$thorbis" demo
    ) || return 1
    DATABASE_URL=$(cluster_url thorbis_gateway browser) PORT=$port BIND=127.0.0.1 \
        THORBIS_DEMO_SIGN_IN=1 THORBIS_TOKEN_SECRET=$(random_secret) "$thorbis" serve >"$throwaway_home/gateway.log" 2>&1 &
    gateway=$!
    GRAPHIQL_URL=$address/graphiql CHROMIUM=$chromium python3 tests/browser/graphiql.py || status=1
    [ "$status" = 0 ] || tail -n 30 "$throwaway_home/gateway.log" >&2
    kill -TERM "$gateway" 2>/dev/null || true
    wait "$gateway" 2>/dev/null || true
    gateway=
    return "$status"
}

ensure_compiler
case "$wanted" in format | lint | schema) ;; *) ensure_postgres ;; esac

part format "rustfmt"
part lint "clippy, warnings are errors"
part rust "cargo test"
part entities "the entity crate equals what the migrated database says"
part schema "schema.graphql equals what the code prints"
part bench "the benchmark's queries, a second each"
part browser "sign in and query through GraphiQL in headless Chromium"

echo
printf '%s\n' "${results[@]}"
echo
# The form that continuous integration reads; each part but `rust` counts as one.
echo "$passed passed, $failed failed, $ignored skipped"
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
    echo "no test has '$filter' in its name" >&2
    exit 1
fi
[ "$failed" = 0 ]
