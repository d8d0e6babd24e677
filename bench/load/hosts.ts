/** Hosts, and one quest over many of them, written straight into views, and every filter of their lists. */
import {
  positionOf,
  type HostDocument,
  type HostFilter,
  type LaborDocument,
  type PartDocument,
  type QuestHostFilter,
} from '#contracts';
import { instantOfMs, laborId, parseHostName, type HostName, type Instant, type QuestId, type TypeName } from '#domain';
import type { Views } from '#ports';
import { hostDoc, laborDoc, lastEventDoc, partDoc, tallyOf } from '#testing';
import { hostName } from './flows.js';

/** The quest of whose hosts every tenth has an open labor, and every hundredth of these of a rare type. */
export const LARGE_QUEST = 1000 as QuestId;
const BEGUN_AT_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;
const AT_ONCE = 1000;
const RARE = 'rare-step-needed' as TypeName;

/** `hosts` of them in the generation, all of them in the quest. */
export async function storeHosts(
  { writer }: Views,
  generation: number,
  hosts: number,
  moved: (stored: number) => void,
): Promise<void> {
  for (let stored = 0; stored < hosts; stored += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, hosts - stored) }, (_, n) => stored + n);
    await writer.apply(generation, {
      hosts: numbers.map(documentOf),
      parts: numbers.map(partOf),
      labors: numbers.filter(isOpen).map(laborOf),
    });
    moved(stored);
  }
}

function laborOf(n: number): LaborDocument {
  const at = minute(n);
  const opened = { ...laborDoc().opened, at, recordedAt: at };
  const type = n % 1000 === 0 ? RARE : laborDoc().type;
  const host = hostOf(n);
  return laborDoc({ id: laborId(host, 900_000, 0), host, quest: LARGE_QUEST, type, actors: ['owner'], opened });
}

function isOpen(n: number): boolean {
  return n % 10 === 0;
}

/** Of ten one has open labors, of a hundred one is retired; one of a thousand, and each that is retired, is in no inventory; each has a role of ten, and one of a thousand is spare. */
function documentOf(n: number): HostDocument {
  const host = hostOf(n);
  const base = hostDoc({ host });
  const open = isOpen(n)
    ? [laborOf(n)].map(({ id, type, quest, chain }) => ({ id, type, quest, chain, earlier: 0 }))
    : [];
  const retired = n % 100 === 1 ? { by: null, principal: null, at: minute(0), reason: 'sold' } : null;
  const inventories = retired !== null || n % 1000 === 9 ? [] : ['default'];
  const attributes = { role: `role-${n % 10}`, ...(n % 1000 === 7 && { spare: true }) };
  return {
    ...base,
    state: { ...base.state, open, attributes, retired, inventories },
    lastEvent: lastEventDoc(3, { recordedAt: minute(n % 10_000) }),
  };
}

function partOf(n: number): PartDocument {
  const numbers = isOpen(n) ? tallyOf(1, n % 3) : tallyOf(0, n % 200 === 3 ? 0 : 1);
  return partDoc({ quest: LARGE_QUEST, host: hostOf(n), tally: numbers, position: positionOf(BigInt(n)) });
}

function minute(n: number): Instant {
  return instantOfMs(BEGUN_AT_MS + n * MINUTE_MS)!;
}

function hostOf(n: number): HostName {
  return parseHostName(hostName(n))!;
}

/** Every filter of `GET /hosts`, with values that many and that few hosts have. */
export const HOST_FILTERS: readonly (readonly [name: string, filter: HostFilter])[] = [
  ['all', {}],
  ['host', { host: [hostOf(77)] }],
  ['fifty hosts', { host: Array.from({ length: 50 }, (_, n) => hostOf(n * 13)) }],
  ['prefix', { hostPrefix: [hostOf(77).slice(0, -1)] }],
  ['quest', { quest: [LARGE_QUEST] }],
  ['open', { open: true }],
  ['parked', { parked: true }],
  ['attribute', { attribute: ['role:role-3'] }],
  ['rare attribute', { attribute: ['spare:true'] }],
  ['two attributes', { attribute: ['role:role-7', 'spare:true'] }],
  [
    'query',
    {
      query: {
        is: 'all',
        of: [
          { is: 'attribute', among: ['spare:true', 'spare:false'] },
          { is: 'not', of: { is: 'attributeLike', pattern: ['role:role-3', ''] } },
        ],
      },
    },
  ],
  [
    'query of any',
    {
      query: {
        is: 'any',
        of: [
          { is: 'attribute', among: ['role:role-3'] },
          { is: 'open', type: null },
        ],
      },
    },
  ],
  ['rare attribute of a quest', { attribute: ['spare:true'], quest: [LARGE_QUEST] }],
  ['retired', { retired: true }],
  ['not retired', { retired: false }],
  ['in no inventory', { listed: false }],
  ['in no inventory and not retired', { listed: false, retired: false }],
  ['not heard of since', { notHeardSince: minute(100) }],
  ['not heard of for longer', { notHeardSince: minute(9000) }],
];

/** Every filter of `GET /quests/{id}/hosts`. */
export const QUEST_HOST_FILTERS: readonly (readonly [name: string, filter: QuestHostFilter])[] = [
  ['all', {}],
  ['prefix', { hostPrefix: [hostOf(77).slice(0, -1)] }],
  ['attribute', { attribute: ['role:role-0'] }],
  ['rare attribute', { attribute: ['spare:true'] }],
  ['query', { query: { is: 'not', of: { is: 'attribute', among: ['role:role-3'] } } }],
  ['open', { state: ['open'] }],
  ['done', { state: ['done'] }],
  ['without', { state: ['without'] }],
  ['step', { step: [laborDoc().type] }],
  ['rare step', { step: [RARE] }],
  ['step before', { stepBefore: minute(500) }],
];
