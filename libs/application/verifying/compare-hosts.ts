/**
 * R9: hosts as a replay has judged them, compared with what one generation stores while its projectors go on. A host is compared
 * at one revision: where the stored one is further, the entries that came since are judged as well.
 */
import type { Steps } from '#contracts';
import type { HostName, Instant } from '#domain';
import type { ViewsWriter } from '#ports';
import { sleep } from '../pauses.js';
import { BUCKET_LIMITS } from '../replay/bucket.js';
import { formsOf, placedBy } from '../replay/canonical.js';
import { differencesOf, type HostDifferences } from '../replay/differences.js';
import { HostFold, type HostLimits } from '../replay/host-fold.js';
import { judgeOn, type JudgeOnParts, type JudgeTo } from '../replay/judge-on.js';
import type { FoldedHost } from '../replay/listener.js';
import { readStoredHosts, signOf, type StoredHost } from './stored-hosts.js';

export interface CompareHostsParts extends JudgeOnParts {
  readonly views: Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf'>;
  readonly generation: number;
  /** When hosts are parked that a replay parks. */
  readonly now: Instant;
}

/**
 * `behind`: its stored documents lack entries that the replay has judged, and it says so (P9). `moving`: it was stored again at each
 * look. `ahead`: at each look some of its documents were of entries that its own does not have yet. A projector that has ended
 * between these writes (P2) leaves it so until another one has its partition.
 */
export type ComparedHost =
  | {
      readonly kind: 'compared';
      /** Undefined where they are equal. */
      readonly differences: HostDifferences | undefined;
      readonly stored: StoredHost;
      /** At the stored revision, where the journal has it. */
      readonly folded: FoldedHost;
    }
  | { readonly kind: 'behind' | 'moving'; readonly host: HostName }
  | { readonly kind: 'ahead'; readonly host: HostName; readonly sign: string };

/** Of hosts that were ahead: what they were like. One that is the same still is compared as it is. */
export type AheadBefore = ReadonlyMap<HostName, string>;

/** How often a host is looked at that is not settled, and the pause after the first of these, which doubles: two seconds in all. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 60;

/** Of at most MAX_STORED_HOSTS hosts; each once, in any order. Rejects as {@link judgeOn} and the views do. */
export async function compareHosts(
  hosts: readonly FoldedHost[],
  parts: CompareHostsParts,
  signal: AbortSignal,
  before: AheadBefore = new Map(),
): Promise<readonly ComparedHost[]> {
  const compared: ComparedHost[] = [];
  let left = new Map(hosts.map((folded) => [folded.document.host, folded]));
  for (let look = 1; left.size > 0; look += 1) {
    const stored = await readStoredHosts(parts.views, parts.generation, [...left.keys()]);
    const again = new Map<HostName, FoldedHost>();
    for (const [host, folded] of left) {
      signal.throwIfAborted();
      const one = stored.get(host);
      if (one === undefined) continue;
      const reached = await foldedFor(folded, one, parts, signal);
      const outcome = await parts.run(judged(reached, one, look === LOOKS, before));
      if (outcome === undefined) again.set(host, reached);
      else compared.push(outcome);
    }
    left = again;
    if (left.size > 0) await sleep(FIRST_PAUSE_MS * 2 ** (look - 1), signal);
  }
  return compared;
}

/** Of a host that is judged alone: its documents are held in memory. */
export const ALONE_LIMITS: HostLimits = { ...BUCKET_LIMITS, hostEntries: 100_000, hostCharacters: 48 * 2 ** 20 };

/**
 * A host that a replay does not hold in memory, or that is chosen by itself, judged from its stream; undefined where it exceeds the
 * limits. `to` must be a place that the views have reached: what they lack of it is lost, or the host is behind.
 */
export async function foldAlone(
  host: HostName,
  to: JudgeTo,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<FoldedHost | undefined> {
  const fold = new HostFold(host, parts.now, false);
  const { limits = ALONE_LIMITS } = to;
  await judgeOn(fold, { ...to, limits }, parts, signal);
  return fold.exceeds(limits) ? undefined : fold.folded();
}

/** Undefined where one has to look again. */
function* judged(
  folded: FoldedHost,
  stored: StoredHost,
  isLast: boolean,
  before: AheadBefore,
): Steps<ComparedHost | undefined> {
  const { document, state } = stored;
  const { host } = folded.document;
  const lacks = document !== null && document.state.revision < folded.document.state.revision;
  if (lacks && document.behind !== null) return { kind: 'behind', host };
  const isReleased = document?.parked?.state === 'releasing';
  if (state === 'moving' || isReleased) return isLast ? { kind: 'moving', host } : undefined;
  if (state === 'ahead') {
    if (!isLast) return undefined;
    const sign = signOf(stored);
    if (sign !== before.get(host)) return { kind: 'ahead', host, sign };
  }
  const placed = placedBy(folded.places);
  const differences = yield* differencesOf(formsOf(host, stored, placed), formsOf(host, folded, placed));
  return { kind: 'compared', differences, stored, folded };
}

async function foldedFor(
  folded: FoldedHost,
  stored: StoredHost,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<FoldedHost> {
  const revision = revisionOf(stored);
  if (revision <= folded.document.state.revision || folded.document.parked !== null) return folded;
  const fold = HostFold.after(folded, parts.now);
  await judgeOn(fold, { revision }, parts, signal);
  return fold.folded();
}

function revisionOf({ document }: StoredHost): number {
  return document?.state.revision ?? -1;
}
