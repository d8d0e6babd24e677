/**
 * Which batches of hosts are to be embarked: named before they are accepted, until all their hosts have their event. So
 * whoever starts after a crash finds what was left.
 */
import type { Uuid } from '#contracts';
import type { Instant, QuestId } from '#domain';
import type { Journal } from '#ports';
import { changeState } from './named-states.js';

export interface ListedBatch {
  readonly quest: QuestId;
  readonly batch: Uuid;
  readonly since: Instant;
}

const STATE = 'quests-embarking';
/** Batches that may be embarking at once, all in all. */
export const MAX_LISTED = 500;

/** Oldest first. Each call may reject with StoreUnavailable. */
export async function listedBatches(journal: Journal): Promise<readonly ListedBatch[]> {
  return parse((await journal.readState(STATE))?.value);
}

/** Whether there was room. Once for each batch, however often it is called; the latest `since` counts. */
export async function listBatch(journal: Journal, listed: ListedBatch): Promise<boolean> {
  let room = true;
  await changeState(journal, STATE, (value) => {
    const batches = parse(value);
    const place = batches.findIndex(({ batch }) => batch === listed.batch);
    room = place >= 0 || batches.length < MAX_LISTED;
    const present = batches[place];
    if (!room || (present !== undefined && present.since >= listed.since)) return null;
    return JSON.stringify({ batches: present === undefined ? [...batches, listed] : batches.with(place, listed) });
  });
  return room;
}

/** With `since`: only where it is listed since then, and not again later. */
export function unlistBatch(journal: Journal, done: Uuid, since?: Instant): Promise<void> {
  return changeState(journal, STATE, (value) => {
    const batches = parse(value);
    const left = batches.filter((each) => each.batch !== done || (since !== undefined && each.since !== since));
    return left.length === batches.length ? null : JSON.stringify({ batches: left });
  });
}

function parse(value: string | undefined): readonly ListedBatch[] {
  return value === undefined ? [] : (JSON.parse(value) as { readonly batches: readonly ListedBatch[] }).batches;
}
