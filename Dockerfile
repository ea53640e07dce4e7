# Builds and runs the stage. The image brings its own Node; the Node of the npm registry, which the
# scripts of a checkout use, is left out.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY schemas ./schemas
COPY scripts/bundle.ts scripts/chunks.ts scripts/keep-code.ts ./scripts/
COPY examples/pull-request ./examples/pull-request
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --no-fund --no-audit \
 && rm -rf node_modules/node-*

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schemas ./schemas
COPY LICENSE NOTICE ./
# 65532, the `nonroot` of the base image: a number, so that Kubernetes can check `runAsNonRoot`.
USER 65532
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:9464/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Exec form, so that SIGTERM arrives at the stage itself.
ENTRYPOINT ["/nodejs/bin/node", "--disable-proto=delete", "--max-semi-space-size=16", "/app/dist/cli.js"]
CMD ["run"]
