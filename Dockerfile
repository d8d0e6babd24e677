# One image for every app of Hermes; the first argument chooses: standalone (default), ingest, projector, query.
#
# The base is an exact tag, so that a build is the same tomorrow: Node 24 is the newest line with long-term support, and
# the slim Debian has the glibc for which the SQLite and KurrentDB drivers ship their binaries (Alpine's musl has none).
ARG NODE_IMAGE=docker.io/library/node:24.18.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts --loglevel=error
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY libs ./libs
COPY apps ./apps
RUN npm run build && find dist -name '*.map' -delete

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# what only editors, debuggers, compilers and other systems read stays out
RUN npm ci --omit=dev --ignore-scripts --loglevel=error \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && find node_modules -type f \( -name '*.c' -o -name '*.h' -o -name '*.cc' -o -name '*.cpp' -o -name '*.musl.node' \) -delete \
  && find node_modules -type d \( -name '*-musl' -o -path '*/prebuilds/*' ! -name 'linux-*' \) -prune -exec rm -r {} +

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Hermes" \
  org.opencontainers.image.description="Event-sourced tracking of fleet-wide changes: hosts log events, quests follow them" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="docker.io/library/node:24.18.0-bookworm-slim"
# in a container other machines reach the address, so tokens are asked for (HERMES_TOKENS_FILE)
ENV NODE_ENV=production HERMES_HOST=0.0.0.0
WORKDIR /opt/hermes
COPY package.json ./
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=build /src/dist/libs ./dist/libs
COPY --from=build /src/dist/apps ./dist/apps
COPY deploy/image ./
# of the image only this folder is ever written to: by standalone over embedded stores, which has its data in it
RUN mkdir -p /var/lib/hermes && chown 1000:1000 /var/lib/hermes
WORKDIR /var/lib/hermes
# by number, so that an orchestrator sees that it is not root
USER 1000:1000
EXPOSE 4400 4401 4402 4403
STOPSIGNAL SIGTERM
# whether the process answers: readiness may be red for hours without a restart helping (views being rebuilt)
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/opt/hermes/healthy.mjs", "live"]
ENTRYPOINT ["node", "/opt/hermes/start.mjs"]
CMD ["standalone"]
