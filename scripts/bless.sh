#!/usr/bin/env bash
# Regenerates what is generated and committed: the entity crate, schema.graphql, the golden cases.
# Read the difference before committing it. A word limits it: scripts/bless.sh entities|schema|golden

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

part=${1:-all}
case "$part" in
    all | entities | schema | golden) ;;
    *) die "unknown part '$part'. Use: scripts/bless.sh [entities|schema|golden]" ;;
esac

ensure_compiler

if [ "$part" != schema ]; then
    trap throwaway_stop EXIT
    throwaway_start
fi

if [ "$part" = all ] || [ "$part" = entities ]; then
    say "generating the entities from a freshly migrated database"
    cluster_psql postgres -c "CREATE DATABASE entities"
    cargo build --locked --workspace --bin generate-entities
    "${CARGO_TARGET_DIR:-target}/debug/generate-entities" --migrate "$(cluster_url postgres entities)"
fi

if [ "$part" = all ] || [ "$part" = schema ]; then
    say "printing schema.graphql"
    cargo build --locked --workspace --bin thorbis
    "${CARGO_TARGET_DIR:-target}/debug/thorbis" schema >schema.graphql.making
    mv schema.graphql.making schema.graphql
fi

if [ "$part" = all ] || [ "$part" = golden ]; then
    say "writing the golden cases anew"
    BLESS=1 cargo test --locked --workspace --test it golden
fi

git status --short -- entity schema.graphql tests
