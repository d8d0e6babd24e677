/** R9: hosts and quests that a generation has and the journal does not: nothing a replay judges leads to them. */
import { createHash } from 'node:crypto';
import { hostStream, questStream } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal, ViewsWriter } from '#ports';
import type { BucketParts } from '../replay/bucket.js';
import { canonicalQuest, formsOf, placedBy } from '../replay/canonical.js';
import { differencesOf } from '../replay/differences.js';
import type { Findings } from './findings.js';
import { readStoredHosts } from './stored-hosts.js';

export interface UnaccountedParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly views: Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf' | 'hostNames' | 'questNumbers'>;
  readonly generation: number;
  readonly run: BucketParts['run'];
}

const PAGE = 1000;
/** Six bytes: one more name is taken for one of a million that are known with a chance of 1 in 280 million. */
const HASH_DIGITS = 12;

/** Names by their hashes: some 40 bytes each, so that a fleet of a million hosts is known in 40 MB. */
export class KnownHosts {
  private readonly hashes = new Set<number>();

  add(host: HostName): void {
    this.hashes.add(hashOf(host));
  }

  has(host: HostName): boolean {
    return this.hashes.has(hashOf(host));
  }
}

function hashOf(host: HostName): number {
  return parseInt(createHash('sha256').update(host).digest('hex').slice(0, HASH_DIGITS), 16);
}

/** `looked` gets how many were looked through, after each page. */
export async function findUnaccountedHosts(
  known: KnownHosts,
  parts: UnaccountedParts,
  findings: Findings,
  looked: (hosts: number) => void,
): Promise<void> {
  const { views, generation, run } = parts;
  let hosts = 0;
  for (let after: HostName | null = null; ;) {
    const page: readonly HostName[] = await views.hostNames(generation, after, PAGE);
    for (const host of page) {
      // one that is in the journal came after the replay's end
      if (known.has(host) || (await isInJournal(parts, hostStream(host)))) continue;
      const stored = (await readStoredHosts(views, generation, [host])).get(host);
      if (stored === undefined) continue;
      const nothing = formsOf(host, { document: null, labors: [], parts: [] }, placedBy([]));
      const differences = await run(differencesOf(formsOf(host, stored, placedBy([])), nothing));
      if (differences !== undefined) findings.addHost(differences);
    }
    hosts += page.length;
    looked(hosts);
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

/** A document without a record is of marks alone, which its hosts' entries have made. */
export async function findUnaccountedQuests(
  known: ReadonlySet<QuestId>,
  parts: UnaccountedParts,
  findings: Findings,
): Promise<void> {
  const { views, generation } = parts;
  for (let after: QuestId | null = null; ;) {
    const page: readonly QuestId[] = await views.questNumbers(generation, after, PAGE);
    for (const quest of page) {
      if (known.has(quest) || (await isInJournal(parts, questStream(quest)))) continue;
      const record = (await views.load(generation, { quests: [quest] })).quests[0]?.record ?? null;
      if (record !== null) findings.add({ quest }, null, canonicalQuest({ record, changes: [], parts: [] }), undefined);
    }
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

async function isInJournal({ journal }: UnaccountedParts, stream: string): Promise<boolean> {
  const [first = []] = await journal.read([{ stream, direction: 'forwards', from: 0, limit: 1 }]);
  return first.length > 0;
}
