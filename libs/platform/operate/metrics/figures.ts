/** Every figure that `/metrics` shows: its kind, labels and meaning. The operating guide lists the same ones. */

import { MAX_OVERDUE_COUNTED } from '#application';

export interface Figure {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Each takes values of a small set that no client can make larger. */
  readonly labels: readonly string[];
  /** Of a histogram: upper bounds, in its unit. */
  readonly buckets?: readonly number[];
  /** The part whose figure it is: where a process does not have that part, the figure is absent, not zero. Every process has the others. */
  readonly of?: FigurePart;
}

export const FIGURE_PARTS = [
  'journal',
  'feed',
  'ingest',
  'inbound',
  'relay',
  'projector',
  'publisher',
  'query',
] as const;
export type FigurePart = (typeof FIGURE_PARTS)[number];

/** As many types have figures of their own; a name of a type always has a hyphen, so no type is called as the others are. */
export const MAX_TYPES = 100;
export const OTHER_TYPES = 'other';

const REQUEST_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const APPEND_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const VISIBLE_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

function counter<const L extends string = never>(help: string, ...labels: readonly L[]) {
  return { kind: 'counter', help, labels } as const;
}

function gauge<const L extends string = never>(help: string, ...labels: readonly L[]) {
  return { kind: 'gauge', help, labels } as const;
}

function histogram<const L extends string = never>(help: string, buckets: readonly number[], ...labels: readonly L[]) {
  return { kind: 'histogram', help, buckets, labels } as const;
}

function of<const P extends FigurePart, const F extends Figure>(part: P, figure: F) {
  return { ...figure, of: part };
}

export const FIGURES = {
  hermes_events_accepted_total: of('ingest', counter('Events that this process has brought into the journal')),
  hermes_events_duplicate_total: of('ingest', counter('Repeats of events that stood in the journal already')),
  hermes_events_differing_total: of(
    'ingest',
    counter('Repeats of events that said something else than the event that they repeat'),
  ),
  hermes_hosts_new_total: of('ingest', counter('Hosts of which this process has logged the first event')),
  hermes_inbound_messages_total: of(
    'inbound',
    counter('Messages of the inbound topic, by what became of them: accepted, duplicate, rejected', 'outcome'),
  ),
  hermes_refusals_total: counter('Requests answered with a problem, by its code', 'code'),
  hermes_http_requests_total: counter('Requests answered, by route', 'method', 'route', 'status'),
  hermes_http_request_duration_seconds: histogram(
    'From a request to the end of its answer',
    REQUEST_S,
    'method',
    'route',
  ),
  hermes_http_requests_active: gauge('Requests being worked on'),
  hermes_http_held_bytes: gauge('Bytes of the bodies of requests being read or worked on; NDJSON streams apart'),
  hermes_http_decoder_bytes: gauge('Bytes that the decoders of bodies with a Content-Encoding may take'),
  hermes_http_held_answer_bytes: gauge('Bytes of large answers that wait for their readers'),
  hermes_http_connections: gauge('Open connections'),
  hermes_http_connections_dropped_total: counter(
    'Connections closed unanswered: there were too many, or one had too many unanswered requests',
  ),
  hermes_journal_append_duration_seconds: of('journal', histogram('From an append to its outcome', APPEND_S)),
  hermes_journal_writes_total: of('journal', counter('Writes to the journal, by outcome', 'outcome')),
  hermes_append_queue_entries: of('ingest', gauge('Entries that wait for the journal or are on their way there')),
  hermes_append_queue_bytes: of(
    'ingest',
    gauge('Bytes of the entries that wait for the journal or are on their way there'),
  ),
  hermes_append_unshown_entries: of(
    'ingest',
    gauge('Entries that this process has logged and the views do not show yet'),
  ),
  hermes_operations_open: of('ingest', gauge('Operations that this process carries out')),
  hermes_operations_left: of('ingest', gauge('Labors and hosts that these operations have left')),
  hermes_host_aliases: of('ingest', gauge('Aliases of hosts, as far as this process has read them')),
  hermes_commit_queue_entries: of('journal', gauge("Entries that wait for the journal's disk")),
  hermes_commit_queue_bytes: of('journal', gauge("Bytes of the entries that wait for the journal's disk")),
  hermes_journal_head_position: of('projector', gauge('Position of the last entry of the journal')),
  hermes_relay_position: of('relay', gauge('Position up to which the relay has published everything')),
  hermes_relay_withheld: of('relay', gauge("1 while the feed does not take what this process's relay publishes")),
  hermes_relay_entries: of('relay', gauge('Entries up to there, as the relay numbers them')),
  hermes_feed_buffered_messages: of('feed', gauge('Messages of the feed that wait for projection', 'partition')),
  hermes_projection_latency_seconds: of(
    'projector',
    histogram('From the recording of an entry until the views show it', VISIBLE_S),
  ),
  hermes_events_without_effect_total: of(
    'projector',
    counter(
      `Events that opened, closed and absorbed nothing, by type: the first ${MAX_TYPES} types that this process has seen, all others are one, called ${OTHER_TYPES}`,
      'type',
    ),
  ),
  hermes_projection_lag_seconds: of('projector', gauge('Age of the oldest entry that the views lack', 'partition')),
  hermes_projection_lag_entries: of(
    'projector',
    gauge('Entries that the views lack, as far as the relay has numbered them', 'partition'),
  ),
  hermes_projection_halted: of('projector', gauge('1 while a partition cannot be brought into the views')),
  hermes_parked_hosts: of('projector', gauge('Parked hosts, counted up to 1000')),
  hermes_parked_quests: of('projector', gauge('Parked quests, counted up to 1000')),
  hermes_hosts_behind: of(
    'projector',
    gauge('Hosts that needed more than their share of a batch and are brought on apart, counted up to 1000'),
  ),
  hermes_quests_behind: of('projector', gauge('Quests whose numbers may be behind')),
  hermes_generation: of('projector', gauge('Number of the generation of the views that is served')),
  hermes_rebuild_ratio: of('projector', gauge('Progress of the rebuild of the views, 0 to 1; only while one runs')),
  hermes_audit_checked_total: of(
    'projector',
    counter('Hosts that this process has judged again and compared with the views'),
  ),
  hermes_audit_differences_total: of('projector', counter('Differences that it has found so')),
  hermes_verification_ratio: of(
    'projector',
    gauge('Progress of the verification that this process runs, 0 to 1; only while one runs'),
  ),
  hermes_verification_differences: of(
    'projector',
    gauge('Differences that the last verification of this process has found; only since one has begun'),
  ),
  hermes_what_if_ratio: of(
    'projector',
    gauge('Progress of the what-if that is less far of those that this process runs, 0 to 1; only while one runs'),
  ),
  hermes_rebuild_entries_per_second: of(
    'projector',
    gauge('Entries a second of its phase, over the last 30 seconds; only while one runs'),
  ),
  hermes_rebuild_seconds_left: of('projector', gauge('Seconds until its end, at its present speed; only while known')),
  hermes_rebuild_differences: of(
    'projector',
    gauge('Differences of the rebuilt views from the served ones; only where they were compared'),
  ),
  hermes_rebuild_waiting: of('projector', gauge('1 while rebuilt views wait for an operator to serve or cancel them')),
  hermes_open_labors: of(
    'query',
    gauge(
      `Open labors by type, of the ${MAX_TYPES} types with most; all others are one, called ${OTHER_TYPES}`,
      'type',
    ),
  ),
  hermes_oldest_open_labor_timestamp_seconds: of(
    'query',
    gauge('When the labor was opened that is open longest, by type, as above', 'type'),
  ),
  hermes_quests: of('query', gauge('Quests by state', 'state')),
  hermes_quests_overdue: of('query', gauge(`Quests after their target, counted up to ${MAX_OVERDUE_COUNTED}`)),
  hermes_newest_event_timestamp_seconds: of('query', gauge("When the journal's last event in the views was recorded")),
  hermes_reads_waiting: gauge('Reads that wait for the views, by who asks', 'by'),
  hermes_changes_followers: of('query', gauge('Clients that follow changes')),
  hermes_changes_questions: of('query', gauge('Different questions that those ask who follow changes')),
  hermes_changes_ended_total: of(
    'query',
    counter(
      'Followers of changes whose stream was ended from here, by why: slow, stopping, unavailable, renewal',
      'why',
    ),
  ),
  hermes_changes_published_total: of(
    'publisher',
    counter('Messages about labors and quests that the topic of changes has acknowledged'),
  ),
  hermes_audit_lines_lost_total: counter('Lines of writes that HERMES_AUDIT_FILE has not taken'),
  hermes_ready: gauge('1 while /health/ready says so'),
  hermes_scrape_complete: gauge('0 where a store was away, and figures that it knows are missing'),
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;

type NameOf<K extends Figure['kind']> = {
  [N in FigureName]: (typeof FIGURES)[N]['kind'] extends K ? N : never;
}[FigureName];

export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

/** Figures with these prefixes come from prom-client's own collectors: of the process and of Node. */
export const PROCESS_PREFIX = 'hermes_';
