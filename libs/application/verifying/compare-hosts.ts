/**
 * R9: hosts as a replay has judged them, compared with what one generation stores while its projectors go on. A host is compared
 * at one revision: where the stored one is further, the entries that came since are judged as well.
 */
import type { Steps } from '#contracts';
import type { HostName, Instant } from '#domain';
import type { ViewsWriter } from '#ports';
import { sleep } from '../pauses.js';
import { canonicalHost, canonicalStoredHost } from '../replay/canonical.js';
import { differencesOf, type HostDifferences } from '../replay/differences.js';
import { HostFold } from '../replay/host-fold.js';
import { judgeOn, type JudgeOnParts } from '../replay/judge-on.js';
import type { FoldedHost } from '../replay/listener.js';
import { readStoredHosts, type StoredHost } from './stored-hosts.js';

export interface CompareHostsParts extends JudgeOnParts {
  readonly views: Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf'>;
  readonly generation: number;
  /** When hosts are parked that a replay parks. */
  readonly now: Instant;
}

/**
 * `behind`: its stored documents lack entries that the replay has judged, and it says so (P9). `moving`: it was stored again at each
 * look. Documents that are ahead of the host's own at the last look as well are compared as they are.
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
  | { readonly kind: 'behind' | 'moving'; readonly host: HostName };

/** How often a host is looked at that is not settled, and the pause after the first of these, which doubles: two seconds in all. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 60;

/** Of at most MAX_STORED_HOSTS hosts; each once, in any order. Rejects as {@link judgeOn} and the views do. */
export async function compareHosts(
  hosts: readonly FoldedHost[],
  parts: CompareHostsParts,
  signal: AbortSignal,
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
      const outcome = await parts.run(judged(reached, one, look === LOOKS));
      if (outcome === undefined) again.set(host, reached);
      else compared.push(outcome);
    }
    left = again;
    if (left.size > 0) await sleep(FIRST_PAUSE_MS * 2 ** (look - 1), signal);
  }
  return compared;
}

/** Most entries of a host that is judged alone: its documents are held in memory. */
export const MOST_ALONE = 100_000;

/**
 * A host that a replay does not hold in memory, or that is chosen by itself: judged from its stream up to the stored revision, or to
 * its end where nothing is stored.
 */
export async function foldAlone(
  host: HostName,
  stored: StoredHost,
  parts: CompareHostsParts,
  signal: AbortSignal,
): Promise<FoldedHost> {
  const fold = new HostFold(host, parts.now, false);
  await judgeOn(fold, stored.document === null ? MOST_ALONE : revisionOf(stored), parts, signal);
  return fold.folded();
}

/** Undefined where one has to look again. */
function* judged(folded: FoldedHost, stored: StoredHost, isLast: boolean): Steps<ComparedHost | undefined> {
  const { document, state } = stored;
  const { host } = folded.document;
  const lacks = document !== null && document.state.revision < folded.document.state.revision;
  if (lacks && document.behind !== null) return { kind: 'behind', host };
  const isReleased = document?.parked?.state === 'releasing';
  if (state === 'moving' || isReleased) return isLast ? { kind: 'moving', host } : undefined;
  if (state === 'ahead' && !isLast) return undefined;
  const differences = differencesIn(folded, stored);
  yield;
  return { kind: 'compared', differences, stored, folded };
}

function differencesIn(folded: FoldedHost, stored: StoredHost): HostDifferences | undefined {
  const { document, places } = folded;
  return differencesOf(canonicalStoredHost(document.host, stored, places), canonicalHost(folded, places));
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
  await judgeOn(fold, revision, parts, signal);
  return fold.folded();
}

function revisionOf({ document }: StoredHost): number {
  return document?.state.revision ?? -1;
}
