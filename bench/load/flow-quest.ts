/** A quest over many hosts, each of which has finished its first step and half of them the second, written straight into views. */
import { DOCUMENTS_VERSION, PARTITION_HASH_VERSION, positionOf, type LaborDocument } from '#contracts';
import { eventId, FOLD_VERSION, instantOfMs, laborId, parseHostName, type QuestId, type TypeName } from '#domain';
import type { Views } from '#ports';
import { laborDoc } from '#testing';
import { PARTITIONS } from './fleet.js';
import { hostName } from './flows.js';

export const FLOW_QUEST = 2000 as QuestId;
const BEGUN_AT_MS = 1_767_225_600_000;
const AT_ONCE = 1000;

/** In a generation of its own, which is answered. */
export async function storeFlow(
  { control, writer }: Views,
  hosts: number,
  moved: (stored: number) => void,
): Promise<number> {
  const { number } = await control.createGeneration({
    ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, hashVersion: PARTITION_HASH_VERSION },
    ...{ partitions: PARTITIONS, createdAt: at(0).recordedAt },
  });
  for (let stored = 0; stored < hosts; stored += AT_ONCE) {
    const labors = Array.from({ length: Math.min(AT_ONCE, hosts - stored) }, (_, n) => laborsOf(stored + n));
    await writer.apply(number, { labors: labors.flat() });
    moved(stored);
  }
  return number;
}

/** Embarked second by second, and closed over ten days. */
function laborsOf(n: number): readonly LaborDocument[] {
  const host = parseHostName(hostName(n))!;
  const first = labor(n, { type: 'upgrade-required' as TypeName, id: laborId(host, 0, 0), host });
  const readyS = 200_000 + ((n * 7919) % 864_000);
  const ready = { ...first, state: 'completed' as const, closed: closing(first, readyS) };
  const second = labor(readyS, { type: 'upgrade-ready' as TypeName, id: laborId(host, 1, 1), host, chain: first.id });
  if (n % 2 === 0) return [ready, second];
  return [ready, { ...second, state: 'completed', closed: closing(second, readyS + 3600) }];
}

function labor(second: number, change: Partial<LaborDocument>): LaborDocument {
  const base = laborDoc({ ...change, quest: FLOW_QUEST });
  return { ...base, opened: { ...base.opened, ...at(second), event: eventId(base.host, 0) } };
}

function closing({ opened }: LaborDocument, second: number): LaborDocument['closed'] {
  return { ...opened, type: 'upgrade-ready' as TypeName, ...at(second) };
}

function at(second: number) {
  const recordedAt = instantOfMs(BEGUN_AT_MS + second * 1000)!;
  return { position: positionOf(BigInt(second + 1)), at: recordedAt, recordedAt };
}
