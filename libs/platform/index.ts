/** What the apps share of Nest: settings, wiring, access, problem answers, health, the order of stopping. Each app's main adds it once. */
export { Caller, Needs } from './access/guard.js';
export { reaches, ROLES, type Identity, type Role } from './access/roles.js';
export { createApp, type App, type AppParts } from './app/create-app.js';
export type { Running } from './app/process.js';
export { runApp, type Main, type Starting } from './app/run-app.js';
export { startApp } from './app/start-app.js';
export { FEED_TRANSPORT, FeedFailures, JOURNAL_BATCH, type BatchPayload } from './feed-strategy.js';
export { INBOUND_BATCH, INBOUND_TRANSPORT, type InboundPayload } from './inbound-strategy.js';
export { StreamedBody, TextBody } from './http/bodies.js';
export { BodyPipe, CheckedBody, NoBody } from './http/body.js';
export { eventTypeShape, fateShape, presentEventType, presentFate } from './http/catalogue-shapes.js';
export type { Cell, Columns } from './http/csv.js';
export { Tagged } from './http/entity-tag.js';
export { Freshness, showing, written } from './http/freshness.js';
export { refuseQuery, Serves, TakesQuery } from './http/head-guard.js';
export { parseJson } from './http/json-body.js';
export { Asked, listQuery, type RequestOf } from './http/list-query.js';
export { Listing, Lists, listsProvider, type ListBody, type ListShape } from './http/lists.js';
export { questNumber } from './http/params.js';
export {
  flag,
  instant,
  one,
  oneOf,
  position,
  several,
  severalOrNone,
  words,
  type Word,
  parseQuery,
  type QueryTable,
} from './http/query.js';
export * from './http/media.js';
export { Readiness } from './health/readiness.js';
export { createLog, type PlatformLog } from './log.js';
export * from './openapi/index.js';
export { FIGURES, type Figure } from './metrics/figures.js';
export { ProblemError, valueOf } from './problems/problem-error.js';
export { STATUSES } from './problems/statuses.js';
export { APPS, type AppKind } from './settings/apps.js';
export { otherwiseOf } from './settings/describe.js';
export { variables } from './settings/schema.js';
export { traceVariables } from './settings/traces.js';
export { readSettings, type Settings } from './settings/settings.js';
export { StartError } from './start-error.js';
export { backUpJournal, type Backup } from './wiring/backup.js';
export { openStores, type Stores } from './wiring/stores.js';
export { untilThere } from './wiring/waiting.js';
export { whereData } from './wiring/where.js';
export * from './wiring/tokens.js';
export { inboundProviders, ingestProviders, projectorProviders, readingProviders } from './wiring/use-cases.js';
