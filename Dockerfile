# syntax=docker/dockerfile:1
# The gateway as a small image: one binary, no shell script, no compiler, not root.

FROM rust:1-bookworm AS build
WORKDIR /build
COPY . .
# The caches outlive the build, so the binary is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --release -p server --bin thorbis \
    && cp target/release/thorbis /thorbis

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin thorbis
COPY --from=build /thorbis /usr/local/bin/thorbis
COPY LICENSE server/assets/graphiql/LICENSES.txt /usr/share/doc/thorbis/
USER thorbis
ENV BIND=0.0.0.0 PORT=8080
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["thorbis"]
CMD ["serve"]
