/** Reads what has changed since a place, page by page, as those see it who follow. Quests come before labors, which are many. */
import {
  hostOfLabor,
  hostStream,
  LAST_POSITION,
  maxPosition,
  positionOf,
  questStream,
  START,
  type Position,
  type QuestDocument,
} from '#contracts';
import type { Catalogue, Instant, LaborId, QuestId } from '#domain';
import { MAX_LABORS_BY_ID, type ChangedLabor, type ChangedQuest, type ViewsReader } from '#ports';
import { laborView } from '../labor-view.js';
import { questView } from '../quest-view.js';
import type { Change } from './change.js';

/** Keys or quests of one page. */
export const PAGE = 500;

/** What was read of documents that changed; a document that is read again as it was is left out. */
export interface ChangedPage {
  readonly changes: readonly Change[];
  /** The place of the last one looked at; null of quests, after which labors are still to come, and of labors without a place. */
  readonly seenAt: Position | null;
  /** The greatest place of what was looked at, of quests, too; null where it has none yet. */
  readonly readTo: Position | null;
}

/** A document as it was found among the changes. */
export interface Found {
  readonly key: string;
  /** Whose entries change it. */
  readonly stream: string;
  readonly seenAt: Position;
  /** Differs where it does. */
  readonly version: string;
}

/** Whether it is left out: it was read as it is. */
export type Known = (found: Found) => boolean;

interface PageParts {
  readonly views: ViewsReader;
  readonly generation: number;
  readonly from: Position;
  /** The last place that is read; without it all are. */
  readonly until?: Position;
  readonly isKnown: Known;
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

/** Beyond it is only what has none. */
const LAST_PLACE = positionOf(LAST_POSITION - 1n);

interface RangeParts extends PageParts {
  readonly until: Position;
}

/**
 * First what has no place yet: its writer has perhaps read an old progress, and so gives it one behind what is read meanwhile.
 * What is written late from then on gets a place at the progress that was read before all of this, or beyond.
 */
export async function* changedPages(parts: PageParts): AsyncGenerator<ChangedPage, void, undefined> {
  const unsettled = { ...parts, from: LAST_POSITION, until: LAST_POSITION };
  const settled = { ...parts, until: parts.until ?? LAST_PLACE };
  yield* questPages(unsettled);
  yield* questPages(settled);
  yield* laborPages(unsettled);
  yield* laborPages(settled);
}

/** Only what has its place. */
export async function* settledPages(
  parts: PageParts & { readonly until: Position },
): AsyncGenerator<ChangedPage, void, undefined> {
  yield* questPages(parts);
  yield* laborPages(parts);
}

async function* questPages(parts: RangeParts): AsyncGenerator<ChangedPage, void> {
  const { views, generation, from, until, isKnown, now } = parts;
  for (let place = { seenAt: from, after: null as QuestId | null }; ;) {
    const page = inRange(await views.changedQuests(generation, place, PAGE), until);
    const changes = page
      .filter((changed) => !isKnown(foundQuest(changed)))
      .flatMap(({ quest }) => changeOf(quest, now));
    const last = page.at(-1);
    if (last === undefined) return;
    yield { changes, seenAt: null, readTo: placeOf(last) };
    if (page.length < PAGE) return;
    place = { seenAt: last.seenAt, after: last.quest.quest };
  }
}

async function* laborPages(parts: RangeParts): AsyncGenerator<ChangedPage, void> {
  const { views, generation, from, until, isKnown, catalogue } = parts;
  for (let place = { seenAt: from, after: null as LaborId | null }; ;) {
    const page = inRange(await views.changedLabors(generation, place, PAGE), until);
    const fresh = page.filter((changed) => !isKnown(foundLabor(changed)));
    const changes = await laborsAsTheyAre({ views, generation, catalogue }, fresh);
    const last = page.at(-1);
    if (last === undefined) return;
    yield { changes, seenAt: placeOf(last), readTo: placeOf(last) };
    if (page.length < PAGE) return;
    place = { seenAt: last.seenAt, after: last.id };
  }
}

function foundQuest({ quest, seenAt }: ChangedQuest): Found {
  return { key: `quest ${quest.quest}`, stream: questStream(quest.quest), seenAt, version: versionOf(quest) };
}

function foundLabor({ id, position, seenAt }: ChangedLabor): Found {
  return { key: `labor ${id}`, stream: hostStream(hostOfLabor(id)), seenAt, version: String(position) };
}

function inRange<T extends { readonly seenAt: Position }>(page: readonly T[], until: Position): readonly T[] {
  return page.filter(({ seenAt }) => seenAt <= until);
}

function placeOf(last: { readonly seenAt: Position } | undefined): Position | null {
  return last === undefined || last.seenAt === LAST_POSITION ? null : last.seenAt;
}

/** The labors that exist. */
export async function laborsAsTheyAre(
  { views, generation, catalogue }: Pick<PageParts, 'views' | 'generation' | 'catalogue'>,
  labors: readonly { readonly id: LaborId }[],
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (let start = 0; start < labors.length; start += MAX_LABORS_BY_ID) {
    const some = labors.slice(start, start + MAX_LABORS_BY_ID).map(({ id }) => id);
    for (const { labor, parked } of await views.laborsById(generation, some))
      changes.push({ kind: 'labor', position: labor.position, labor: laborView(labor, parked, catalogue) });
  }
  return changes;
}

/** None of a quest that is none for anyone yet. */
function changeOf(document: QuestDocument, now: Instant): readonly Change[] {
  const quest = questView(document, now);
  if (quest === undefined) return [];
  const position = maxPosition(document.record?.position ?? START, document.recount?.label ?? START);
  return [{ kind: 'quest', position, quest }];
}

function versionOf({ record, recount }: QuestDocument): string {
  // the same in every generation: a recount that counted as much has the same numbers
  const counted = recount && `${recount.label}/${recount.mark}/${recount.touches}`;
  return `${record?.revision}/${record?.parked?.state}/${counted}`;
}
