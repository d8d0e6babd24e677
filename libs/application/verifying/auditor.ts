/**
 * R9: the self-audit. A projector judges hosts of its own partitions again, chosen at random and a few at a time, and compares them with
 * what is stored; where that differs it reports the host, parks it or repairs it.
 */
import { hostStream, inTurns, viewsPosition } from '#contracts';
import type { HostName } from '#domain';
import type { Journal, ViewsWriter } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { sleep } from '../pauses.js';
import type { Beside, FollowedGeneration, MakeBeside } from '../projection/beside.js';
import { BUCKET_LIMITS } from '../replay/bucket.js';
import { compareHosts, foldAlone, type ComparedHost, type CompareHostsParts } from './compare-hosts.js';
import { Findings, whereOf } from './findings.js';
import { questsOf, repairHost } from './repair-host.js';

/** What becomes of a host whose views differ from its entries: in any case it is reported. */
export type AuditAction = 'report' | 'park' | 'repair';

export interface AuditParts {
  readonly journal: Journal;
  readonly views: ViewsWriter;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters?: Pick<Meters, 'audited'>;
  /** Hosts; 0: none. */
  readonly perMinute: number;
  readonly action: AuditAction;
  /** From 0 up to 1; `Math.random` where absent. */
  readonly random?: () => number;
}

const MINUTE_MS = 60_000;
/** Of each hundred names in a row one host is chosen: so all of a fleet have their chance in turn. */
const PAGE_HOSTS = 100;
/** Pages without a host of our own that are read for one choice. */
const MOST_PAGES = 10;
/** Differences that a line of the log has. */
const LOGGED = 5;

export function auditBeside(parts: AuditParts): MakeBeside {
  return (of) => new Auditor(parts, of);
}

type Differing = Extract<ComparedHost, { readonly kind: 'compared' }>;

class Auditor implements Beside {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private passed: HostName | null = null;
  private readonly comparing: CompareHostsParts;

  constructor(
    private readonly parts: AuditParts,
    private readonly of: FollowedGeneration,
  ) {
    const { journal, timeline, views, clock } = parts;
    this.comparing = {
      ...{ journal, timeline, views, generation: of.generation, run: inTurns },
      now: instantNow(clock),
    };
  }

  start(): void {
    if (this.parts.perMinute > 0) this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const { perMinute, log } = this.parts;
    for (;;) {
      await sleep(MINUTE_MS / perMinute, signal);
      if (signal.aborted) return;
      try {
        const host = await this.choose();
        if (host !== undefined) await this.audit(host);
      } catch (error) {
        if (!this.isEnding()) log.warn('a host could not be audited; others will be', { err: error });
      }
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  /** Of the next names in their order one at random, among the hosts of our own. */
  private async choose(): Promise<HostName | undefined> {
    const { views, random = Math.random } = this.parts;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const names = await views.hostNames(this.of.generation, this.passed, PAGE_HOSTS);
      this.passed = names.length < PAGE_HOSTS ? null : (names.at(-1) ?? null);
      const own = names.filter((host) => this.of.owns(hostStream(host)));
      if (own.length > 0) return own[Math.floor(random() * own.length)];
      if (this.passed === null) return undefined;
    }
    return undefined;
  }

  /** One that is parked or behind says so already; one with very many entries, or that is half written, is left to a verification. */
  private async audit(host: HostName): Promise<void> {
    const found = await this.compare(host);
    if (found?.kind !== 'compared') return;
    const { differences } = found;
    (this.parts.meters ?? noMeters).audited(differences?.differences.length ?? 0);
    if (differences === undefined) return;
    const findings = new Findings();
    findings.addHost(differences);
    const { action, log } = this.parts;
    const examples = findings.examples.slice(0, LOGGED).map(whereOf);
    log.error('the views of a host differ from its entries', {
      ...{ host, differences: findings.differences, entry: differences.entry, action, examples },
    });
    if (action === 'park') await this.park(found);
    if (action === 'repair') await this.repair(found);
  }

  private async compare(host: HostName): Promise<ComparedHost | undefined> {
    const { signal } = this.ending;
    const { views } = this.parts;
    const { generation } = this.of;
    const end = viewsPosition(await views.progress(generation));
    const [document] = (await views.load(generation, { hosts: [host] })).hosts;
    if (document === undefined || document.parked !== null || document.behind !== null) return undefined;
    if (document.state.revision >= BUCKET_LIMITS.hostEntries) return undefined;
    // to where the views were before, and then as far as the host is stored
    const to = end === undefined ? { revision: document.state.revision } : { position: end };
    const folded = await foldAlone(host, { ...to, limits: BUCKET_LIMITS }, this.comparing, signal);
    if (folded === undefined) return undefined;
    const [compared] = await compareHosts([folded], this.comparing, signal);
    return compared;
  }

  /** Its later entries wait until it is released; its quests say so. */
  private async park({ stored, folded, differences }: Differing): Promise<void> {
    const { views, clock, log } = this.parts;
    const { document } = stored;
    const [first] = differences?.differences ?? [];
    if (document === null || first === undefined) return;
    const what = [first.labor, first.quest && `quest ${first.quest}`, first.field].filter(Boolean).join(', ');
    const reason = `the views differ from its entries (${what}): rebuild them, or have them repaired`;
    const { revision } = document.state;
    const parked = {
      state: 'parked',
      reason,
      revision,
      position: document.position,
      since: instantNow(clock),
    } as const;
    const touches = questsOf(stored, folded);
    const parkedDocument = { ...document, parked, behind: null };
    const { conflicts } = await views.apply(this.of.generation, { hosts: [parkedDocument], touches });
    this.of.touched(touches);
    if (conflicts.length === 0)
      log.error('a host is parked, since its views differ from its entries', { host: document.host, reason });
  }

  private async repair(found: Differing): Promise<void> {
    const { log } = this.parts;
    const { host } = found.folded.document;
    const isWritten = await repairHost(found, this.parts.views, this.of.generation);
    this.of.touched(questsOf(found.stored, found.folded));
    const again = isWritten ? await this.compare(host) : undefined;
    if (again?.kind === 'compared' && again.differences === undefined)
      log.info('the views of a host are repaired', { host });
    else
      log.warn(
        'the views of a host are not repaired: where the next audit finds the same, rebuild them (POST /admin/rebuilds)',
        { host },
      );
  }
}
