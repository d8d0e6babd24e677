/** R9: a quest's record and history as a replay has them, compared with what one generation stores, at the stored revision. */
import {
  questStream,
  type CursorKey,
  type Page,
  type PartDocument,
  type QuestEntryDocument,
  type QuestRecord,
} from '#contracts';
import type { Instant } from '#domain';
import type { Journal, ViewsReader, ViewsWriter } from '#ports';
import { questRecordAfter, type FoldedQuest } from '../folding/quest-record.js';
import { canonicalQuest } from '../replay/canonical.js';
import { fieldsThatDiffer } from '../replay/differences.js';
import type { Findings } from './findings.js';

export interface CompareQuestsParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly reader: Pick<ViewsReader, 'questEntries'>;
  readonly views: Pick<ViewsWriter, 'load'>;
  readonly generation: number;
  readonly now: Instant;
}

const PAGE = 500;

/** Adds what differs. Parts that the quest expects must be there, or those that its hosts have given since. */
export async function compareQuest(folded: FoldedQuest, parts: CompareQuestsParts, findings: Findings): Promise<void> {
  const { quest } = folded.record;
  const { quests } = await parts.views.load(parts.generation, { quests: [quest] });
  const record = quests[0]?.record ?? null;
  if (record === null) {
    findings.add({ quest }, null, undefined, canonicalQuest(folded));
    return;
  }
  const reached = await foldedFor(folded, record, parts);
  const changes = await changesOf(record, parts);
  const [live, own] = [{ record, changes, parts: [] }, reached].map(canonicalQuest);
  for (const { field, ...sides } of fieldsThatDiffer(live ?? {}, own ?? {}))
    findings.add({ quest }, field, sides.live, sides.folded);
  await compareExpected(reached.parts, parts, findings);
}

async function foldedFor(
  folded: FoldedQuest,
  { revision }: QuestRecord,
  { journal, now }: CompareQuestsParts,
): Promise<FoldedQuest> {
  const { quest } = folded.record;
  let { record } = folded;
  const changes = [...folded.changes];
  const parts = [...folded.parts];
  while (record.revision < revision && record.parked === null) {
    const from = record.revision + 1;
    const limit = Math.min(PAGE, revision + 1 - from);
    const [page = []] = await journal.read([{ stream: questStream(quest), direction: 'forwards', from, limit }]);
    const after = questRecordAfter(quest, record, page, now);
    if (after === undefined) break;
    ({ record } = after);
    changes.push(...after.changes);
    parts.push(...after.parts);
  }
  return { record, changes, parts };
}

/** Those of its record: later ones are stored before the record that has them. */
export async function changesOf(
  { quest, position }: QuestRecord,
  { reader, generation }: Pick<CompareQuestsParts, 'reader' | 'generation'>,
): Promise<readonly QuestEntryDocument[]> {
  const changes: QuestEntryDocument[] = [];
  for (let after: CursorKey | null = null; ;) {
    const page: Page<QuestEntryDocument> = await reader.questEntries(generation, quest, {
      ...{ sort: 'position', limit: PAGE, after, count: false },
    });
    changes.push(...page.items.filter((change) => change.position <= position));
    if (page.next === null) return changes;
    after = page.next;
  }
}

async function compareExpected(
  expected: readonly PartDocument[],
  { views, generation }: CompareQuestsParts,
  findings: Findings,
): Promise<void> {
  for (let begin = 0; begin < expected.length; begin += PAGE) {
    const some = expected.slice(begin, begin + PAGE);
    const { parts } = await views.load(generation, { parts: some });
    const there = new Set(parts.map(({ host }) => host));
    for (const { host, quest, tally } of some)
      if (!there.has(host)) findings.add({ host, quest }, null, undefined, { tally });
  }
}
