/**
 * The Nest parts that apps share, in floors: each may use those before it (`platform-*` in .dependency-cruiser.cjs). Each
 * app's main adds it once.
 */
// settings: the environment, read once
export { APPS, type AppKind } from './settings/apps.js';
export { otherwiseOf } from './settings/describe.js';
export { MAX_PRINCIPAL_LENGTH } from './settings/principal.js';
export { variables } from './settings/schema.js';
export { readSettings, type Settings } from './settings/settings.js';
export { StartError } from './settings/start-error.js';
export { traceVariables } from './settings/traces.js';
// operate: log, metrics, traces, readiness, the order of stopping
export { createLog, type PlatformLog } from './operate/log.js';
export { FIGURES, type Figure } from './operate/metrics/figures.js';
export { Metrics } from './operate/metrics/metrics.js';
export { Readiness } from './operate/readiness.js';
// stores: the adapters, one table per port
export { backUpJournal, type Backup } from './stores/backup.js';
export { openStores, type Stores } from './stores/stores.js';
export { untilThere } from './stores/waiting.js';
export { whereData } from './stores/where.js';
// wiring: use cases over stores, and the feed as a transport of Nest
export { FEED_TRANSPORT, FeedFailures, JOURNAL_BATCH, type BatchPayload } from './wiring/feed-strategy.js';
export { INBOUND_BATCH, INBOUND_TRANSPORT, type InboundPayload } from './wiring/inbound-strategy.js';
export * from './wiring/tokens.js';
export {
  inboundProviders,
  ingestProviders,
  projectorProviders,
  publisherProviders,
  readingProviders,
} from './wiring/use-cases.js';
// http: the server, bodies, limits, problem answers
export { StreamedBody, TextBody } from './http/bodies.js';
export { parseJson } from './http/json-body.js';
export { closeAfterAnswer } from './http/last-answer.js';
export * from './http/media.js';
export { openAnswer } from './http/open-answer.js';
export { SharedPiece } from './http/shared-piece.js';
export { whenOver } from './http/over.js';
export { placeOf } from './http/places.js';
export { touches } from './http/write-lines.js';
export { yamlOf } from './http/yaml-text.js';
export { ProblemError, valueOf } from './http/problems/problem-error.js';
export { STATUSES } from './http/problems/statuses.js';
// api: what controllers are written with
export { Caller, Needs } from './api/access/guard.js';
export { reaches, ROLES, type Identity, type Role } from './api/access/roles.js';
export { BodyPipe, CheckedBody, dtoOf, NoBody } from './api/body.js';
export { checkedItems } from './api/items.js';
export { readsBody, readsQuery } from './api/description/marks.js';
export { answering, Documented, type Operation } from './api/description/operation.js';
export {
  flag,
  instant,
  one,
  oneOf,
  position,
  several,
  severalOrNone,
  words,
  wordOf,
  type Word,
  parseQuery,
  queryOf,
  searchOf,
  type QueryTable,
} from './api/description/query.js';
export * as terms from './api/filters/terms.js';
export { byName, hostFilterOf, hostFilters } from './api/filters/host-filters.js';
export { laborFilters } from './api/filters/labor-filters.js';
export { WhereBody, whereFilters, type NamedOrWhere, type WhereRequest } from './api/filters/where.js';
export { hostQuery } from './api/host-query/parameter.js';
export { parseHostQuery } from './api/host-query/parse.js';
export { answerTagged, Tagged, tagOf } from './api/entity-tag.js';
export { chooseMedia } from './api/negotiate.js';
export { AMENDED_TAG, IF_MATCH, IfMatch, tagAmended, type Matches } from './api/if-match.js';
export { AS_OF_HEADERS, PastFreshness } from './api/as-of.js';
export { Freshness, parseFreshness, showing, WAIT, written } from './api/freshness.js';
export { refuseQuery, Serves, TakesQuery } from './api/head-guard.js';
export { columnsOf, type Cell, type Columns } from './api/lists/csv.js';
export { formulaFreeJson } from './api/lists/formula-free.js';
export {
  Asked,
  AskedByBody,
  LIST_MEDIA,
  listBodySchema,
  listQuery,
  SEARCH,
  type ListQuery,
  type RequestOf,
} from './api/lists/list-query.js';
export { streamTexts } from './api/lists/list-stream.js';
export { Listing, Lists, listsProvider, wholeListOf, type ListBody, type ListShape } from './api/lists/lists.js';
export { hostToWrite, questNumber } from './api/params.js';
// app: an app of feature modules, from its start to its end
export { createApp, type App, type AppParts } from './app/create-app.js';
export { keepFilesPrivate, type Running } from './app/process.js';
export { runApp, type Main, type Starting } from './app/run-app.js';
export { startApp } from './app/start-app.js';
