/** A quest, and open labors that it may adopt, for specs of ingest. */
import type { LaborCommand, QuestId } from '#domain';
import { report } from '#testing';
import { defined, quest } from './testing-quests.js';

export const ID = 1 as QuestId;
export const WHY = { by: null, reason: 'the fix was withdrawn' };
export const into = (id: number | null): LaborCommand => ({
  kind: 'LaborAdopted',
  by: null,
  quest: id as QuestId | null,
});

/** Quest 1 on host `q`, and an open labor on each of these hosts. */
export async function scene(...hosts: readonly string[]) {
  const rig = await defined();
  await rig.ingest.embarkQuest(quest(['q']), rig.operator);
  await rig.ingest.logEvents(
    hosts.map((host) => report(host)),
    rig.operator,
  );
  open(rig.views.labors, hosts);
  return rig;
}

export function open(labors: Map<string, string>, hosts: readonly string[]): void {
  for (const host of hosts) labors.set(`${host}~0`, 'open');
}

export const idsOf = (hosts: readonly string[]): readonly string[] => hosts.map((host) => `${host}~0`);
