/** R7: an operator's command on one host: judged from its stream, compared with the views, and repaired in place where these differ. */
import {
  DOCUMENTS_VERSION,
  done,
  failed,
  hostStream,
  inTurns,
  START,
  viewsPosition,
  type Outcome,
  type Position,
} from '#contracts';
import { FOLD_VERSION, parseHostName, type HostName } from '#domain';
import type { Journal, Views, ViewsWriter } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import { ALONE_LIMITS, compareHosts, foldAlone, type ComparedHost, type CompareHostsParts } from './compare-hosts.js';
import { Findings, type DifferenceFound } from './findings.js';
import { besideParking, repairHost } from './repair-host.js';

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
  if (host === undefined || !(await isKnown(host, generation, views.writer, journal)))
    return failed({
      code: 'host-unknown',
      detail: `${JSON.stringify(name)} is a host neither of the views nor of the journal`,
    });
  const [stored] = (await views.writer.load(generation, { hosts: [host] })).hosts;
  if (stored === undefined)
    return failed({
      code: 'not-caught-up',
      detail: `the views do not have ${host} yet: wait until they have`,
      retryAfterS: 1,
    });
  if (stored.behind !== null)
    return failed({
      code: 'conflict',
      detail: `${host} is behind: its entries are judged step by step, wait for that`,
    });
  // the entries of a parked host wait from where it is parked on
  const end = stored.parked === null ? (viewsPosition(freshness.progress) ?? START) : stored.position;
  const found = await compare(host, end, parts, signal);
  if (found === 'large')
    return failed({ code: 'conflict', detail: `${host} has too many entries to be judged alone: rebuild the views` });
  if (found === undefined)
    return failed({ code: 'conflict', detail: `${host} changes all the time, or is behind: try again` });
  const findings = new Findings();
  if (found.differences !== undefined) findings.addHost(found.differences);
  const { differences, examples } = findings;
  const isWritten = await repairHost(found, views.writer, generation);
  const again = isWritten && differences > 0 ? await compare(host, end, parts, signal) : undefined;
  const repaired = differences === 0 || (typeof again === 'object' && again.differences === undefined);
  return done({ host, differences, examples, repaired });
}

/** `end`: the views have reached it. Undefined where the host is not at rest. */
async function compare(
  host: HostName,
  end: Position,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<Differing | 'large' | undefined> {
  const [document] = (await parts.views.load(parts.generation, { hosts: [host] })).hosts;
  if (document !== undefined && document.state.revision >= ALONE_LIMITS.hostEntries) return 'large';
  const folded = await foldAlone(host, { position: end }, parts, signal);
  if (folded === undefined) return 'large';
  const [compared] = await compareHosts([folded], parts, signal);
  return compared?.kind === 'compared' ? besideParking(compared) : undefined;
}

async function isKnown(
  host: HostName,
  generation: number,
  views: Pick<ViewsWriter, 'load'>,
  journal: Pick<Journal, 'read'>,
): Promise<boolean> {
  if ((await views.load(generation, { hosts: [host] })).hosts.length > 0) return true;
  const [first = []] = await journal.read([{ stream: hostStream(host), direction: 'forwards', from: 0, limit: 1 }]);
  return first.length > 0;
}
