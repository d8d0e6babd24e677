/** R7: an operator's command on one host: judged from its stream, compared with the views, and repaired in place where these differ. */
import { DOCUMENTS_VERSION, done, failed, hostStream, inTurns, type Outcome } from '#contracts';
import { FOLD_VERSION, parseHostName, type HostName } from '#domain';
import type { Journal, Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import { compareHosts, foldAlone, MOST_ALONE, type ComparedHost, type CompareHostsParts } from './compare-hosts.js';
import { Findings, type DifferenceFound } from './findings.js';
import { besideParking, repairHost } from './repair-host.js';
import { readStoredHosts, type StoredHost } from './stored-hosts.js';

export interface RepairCommandParts {
  readonly journal: Journal;
  readonly views: Pick<Views, 'reader' | 'writer'>;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
}

export interface RepairedHost {
  readonly host: HostName;
  /** What was found; the first of them in full. */
  readonly differences: number;
  readonly examples: readonly DifferenceFound[];
  /** Whether nothing differs any more. */
  readonly repaired: boolean;
}

type Differing = Extract<ComparedHost, { readonly kind: 'compared' }>;

/** A parked host stays parked. `host-unknown`, `not-caught-up`; `conflict` where the host is stored all the time, is behind, or has too many entries. */
export async function repairByCommand(
  name: string,
  { journal, views, timeline, clock }: RepairCommandParts,
  signal: AbortSignal,
): Promise<Outcome<RepairedHost>> {
  const freshness = await views.reader.freshness(DOCUMENTS_VERSION);
  if (freshness?.generation.foldVersion !== FOLD_VERSION)
    return failed({ code: 'not-caught-up', detail: 'no views of this version are served yet: wait until they are' });
  const generation = freshness.generation.number;
  const parts = { journal, timeline, views: views.writer, generation, run: inTurns, now: instantNow(clock) };
  const host = parseHostName(name);
  const stored = host && (await readStoredHosts(views.writer, generation, [host])).get(host);
  if (host === undefined || stored === undefined || !(await isKnown(host, stored, journal)))
    return failed({
      code: 'host-unknown',
      detail: `${JSON.stringify(name)} is a host neither of the views nor of the journal`,
    });
  if (stored.document === null)
    return failed({
      code: 'not-caught-up',
      detail: `the views do not have ${host} yet: wait until they have`,
      retryAfterS: 1,
    });
  if (stored.document.behind !== null)
    return failed({
      code: 'conflict',
      detail: `${host} is behind: its entries are judged step by step, wait for that`,
    });
  if (stored.document.state.revision >= MOST_ALONE)
    return failed({ code: 'conflict', detail: `${host} has too many entries to be judged alone: rebuild the views` });
  const found = await compare(host, stored, parts, signal);
  if (found === undefined)
    return failed({ code: 'conflict', detail: `${host} changes all the time, or is behind: try again` });
  const findings = new Findings();
  if (found.differences !== undefined) findings.addHost(found.differences);
  const { differences, examples } = findings;
  const isWritten = await repairHost(found, views.writer, generation);
  const again = isWritten && differences > 0 ? await recompare(host, parts, signal) : undefined;
  const repaired = differences === 0 || (again !== undefined && again.differences === undefined);
  return done({ host, differences, examples, repaired });
}

async function compare(
  host: HostName,
  stored: StoredHost,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<Differing | undefined> {
  const [compared] = await compareHosts([await foldAlone(host, stored, parts, signal)], parts, signal);
  return compared?.kind === 'compared' ? besideParking(compared) : undefined;
}

async function recompare(
  host: HostName,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<Differing | undefined> {
  const stored = (await readStoredHosts(parts.views, parts.generation, [host])).get(host);
  return stored && compare(host, stored, parts, signal);
}

async function isKnown(host: HostName, { document }: StoredHost, journal: Pick<Journal, 'read'>): Promise<boolean> {
  if (document !== null) return true;
  const [first = []] = await journal.read([{ stream: hostStream(host), direction: 'forwards', from: 0, limit: 1 }]);
  return first.length > 0;
}
