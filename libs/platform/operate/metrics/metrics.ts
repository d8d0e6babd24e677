/** The figures of one app, counted as things happen or read on a scrape, as Prometheus' text. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { InboundMeters, Meters } from '#application';
import type { ErrorCode } from '#contracts';
import type { WriteOutcome } from '#ports';
import {
  FIGURE_PARTS,
  FIGURES,
  MAX_TYPES,
  OTHER_TYPES,
  PROCESS_PREFIX,
  type CounterName,
  type Figure,
  type FigurePart,
  type GaugeName,
  type HistogramName,
} from './figures.js';
import { inFormat, MISNAMED, withoutNaN, type Format } from './exposition.js';
import { RequestFigures } from './request-figures.js';

export interface Sample {
  readonly name: GaugeName;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Figures that are read on each scrape, at the scrape's cost. May throw, and is given up after {@link SOURCE_LIMIT_MS}. */
export type Source = () => readonly Sample[] | Promise<readonly Sample[]>;

export const SOURCE_LIMIT_MS = 2000;
/** Requests within this time get the same text. */
const SHARED_MS = 250;

export class Metrics implements Meters, InboundMeters {
  private readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();
  private readonly sources: Source[] = [];
  private readonly latency: Histogram;
  private readonly appends: Histogram;
  private readonly requests: RequestFigures;
  // added up here, since they are counted far more often than shown
  private accepted = 0;
  private duplicates = 0;
  private newHosts = 0;
  /** Types that have a figure of their own. */
  private readonly idleTypes = new Set<string>();
  private last: { readonly text: Promise<string>; readonly atMs: number } | undefined;

  /** Shows the figures of those parts, and those of every process; of all parts where absent. */
  constructor(private readonly parts: ReadonlySet<FigurePart> = new Set(FIGURE_PARTS)) {
    for (const [name, figure] of Object.entries<Figure>(FIGURES)) this.define(name, figure);
    this.latency = this.histogram('hermes_projection_latency_seconds');
    this.appends = this.histogram('hermes_journal_append_duration_seconds');
    this.requests = new RequestFigures(
      this.counter('hermes_http_requests_total'),
      this.histogram('hermes_http_request_duration_seconds'),
    );
  }

  logged(accepted: number, duplicates: number, newHosts: number): void {
    this.accepted += accepted;
    this.duplicates += duplicates;
    this.newHosts += newHosts;
  }

  differing(repeats: number): void {
    this.counter('hermes_events_differing_total').inc(repeats);
  }

  received(accepted: number, duplicates: number, rejected: number): void {
    const messages = this.counter('hermes_inbound_messages_total');
    messages.inc({ outcome: 'accepted' }, accepted);
    messages.inc({ outcome: 'duplicate' }, duplicates);
    messages.inc({ outcome: 'rejected' }, rejected);
  }

  visible(latencyMs: number): void {
    this.latency.observe(latencyMs / 1000);
  }

  withoutEffect(type: string): void {
    if (this.idleTypes.size < MAX_TYPES) this.idleTypes.add(type);
    this.counter('hermes_events_without_effect_total').inc({ type: this.idleTypes.has(type) ? type : OTHER_TYPES });
  }

  changesPublished(messages: number): void {
    this.counter('hermes_changes_published_total').inc(messages);
  }

  /** The stream of a client that follows changes was ended from here. */
  followerEnded(why: 'slow' | 'stopping' | 'unavailable' | 'renewal'): void {
    this.counter('hermes_changes_ended_total').inc({ why });
  }

  audited(differences: number): void {
    this.counter('hermes_audit_checked_total').inc();
    this.counter('hermes_audit_differences_total').inc(differences);
  }

  /** A request was answered with a problem. */
  refused(code: ErrorCode): void {
    this.counter('hermes_refusals_total').inc({ code });
  }

  /** `route` is the router's pattern; undefined for a path that is not served. */
  answered(method: string, route: string | undefined, status: number, durationMs: number): void {
    this.requests.answered(method, route, status, durationMs);
  }

  connectionDropped(): void {
    this.counter('hermes_http_connections_dropped_total').inc();
  }

  auditLineLost(): void {
    this.counter('hermes_audit_lines_lost_total').inc();
  }

  appended(durationMs: number, outcomes: readonly WriteOutcome[]): void {
    this.appends.observe(durationMs / 1000);
    const writes = this.counter('hermes_journal_writes_total');
    // one by one it would be felt with 10,000
    const kinds = new Map<WriteOutcome['kind'], number>();
    for (const { kind } of outcomes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const [outcome, count] of kinds) writes.inc({ outcome }, count);
  }

  /** Adds a source of gauges. */
  read(source: Source): void {
    this.sources.push(source);
  }

  /** All figures. Never rejects: unreadable figures are left out, and the text says so. */
  async text(format: Format = 'text/plain'): Promise<string> {
    const now = performance.now();
    if (this.last === undefined || now - this.last.atMs > SHARED_MS) this.last = { text: this.scrape(), atMs: now };
    return inFormat(format, await this.last.text);
  }

  private async scrape(): Promise<string> {
    const answers = await Promise.all(this.sources.map(within));
    for (const gauge of this.gauges.values()) {
      gauge.reset();
      // without labels it would be shown as 0
      gauge.remove({});
    }
    for (const { name, value, labels = {} } of answers.flatMap((samples) => samples ?? []))
      this.gauges.get(name)?.set(labels, value);
    this.gauges.get('hermes_scrape_complete')?.set(answers.includes(undefined) ? 0 : 1);
    this.counter('hermes_events_accepted_total').inc(this.accepted);
    this.counter('hermes_events_duplicate_total').inc(this.duplicates);
    this.counter('hermes_hosts_new_total').inc(this.newHosts);
    this.accepted = 0;
    this.duplicates = 0;
    this.newHosts = 0;
    return withoutNaN(`${await this.registry.metrics()}\n${await processRegistry().metrics()}`);
  }

  private define(name: string, { kind, help, labels, buckets = [], of }: Figure): void {
    // figures of an absent part may be counted, but are not shown
    const registers = of === undefined || this.parts.has(of) ? [this.registry] : [];
    const common = { name, help, labelNames: [...labels], registers };
    if (kind === 'counter') this.counters.set(name, new Counter(common));
    else if (kind === 'gauge') this.gauges.set(name, new Gauge(common));
    else this.histograms.set(name, new Histogram({ ...common, buckets: [...buckets] }));
  }

  private counter(name: CounterName): Counter {
    return defined(this.counters, name);
  }

  private histogram(name: HistogramName): Histogram {
    return defined(this.histograms, name);
  }
}

function defined<T>(figures: ReadonlyMap<string, T>, name: string): T {
  const figure = figures.get(name);
  if (figure === undefined) throw new RangeError(`there is no figure ${name}`);
  return figure;
}

/** Undefined where it fails, or takes too long. */
async function within(source: Source): Promise<readonly Sample[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, SOURCE_LIMIT_MS, undefined);
  });
  try {
    return await Promise.race([Promise.resolve(source()), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

let ofProcess: Registry | undefined;

/** Of the process and of Node, one for however many apps; made when first asked for, since it costs a little from then on. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, prefix: PROCESS_PREFIX });
    for (const name of MISNAMED) ofProcess.removeSingleMetric(`${PROCESS_PREFIX}${name}`);
  }
  return ofProcess;
}
