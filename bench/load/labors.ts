/** Labors written straight into views, of every kind that a filter asks for, and those filters. */
import {
  DOCUMENTS_VERSION,
  EVENTS_VERSION,
  PARTITION_HASH_VERSION,
  positionOf,
  type Generation,
  type LaborDocument,
  type LaborFilter,
  type LaborSaid,
  type Position,
} from '#contracts';
import {
  eventId,
  FOLD_VERSION,
  instantOfMs,
  laborId,
  parseHostName,
  type FateId,
  type HostName,
  type Instant,
  type QuestId,
  type TypeName,
} from '#domain';
import type { Views } from '#ports';
import { laborDoc } from '#testing';
import { PARTITIONS } from './fleet.js';
import { hostName } from './flows.js';

const HOSTS = 50_000;
const TYPES = 12;
const QUESTS = 40;
const PEOPLE = 25;
const CHAINS = 1000;
const BEGUN_AT_MS = 1_767_225_600_000;
const MINUTE_MS = 60_000;
const AT_ONCE = 1000;

export const GENERATION: Omit<Generation, 'number' | 'state'> = {
  ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, hashVersion: PARTITION_HASH_VERSION },
  ...{ partitions: PARTITIONS, createdAt: instant(BEGUN_AT_MS) },
};

/** Stores `count` labors; returns the generation that holds them. */
export async function storeLabors(
  { control, writer }: Views,
  labors: number,
  moved: (stored: number) => void,
): Promise<number> {
  await control.claim({ journal: '00000000-0000-4000-8000-000000000000', eventsVersion: EVENTS_VERSION });
  const { number } = await control.createGeneration(GENERATION);
  for (let stored = 0; stored < labors; stored += AT_ONCE) {
    const count = Math.min(AT_ONCE, labors - stored);
    await writer.apply(number, { labors: Array.from({ length: count }, (_, n) => laborOf(stored + n)) });
    moved(stored);
  }
  await control.activate(number);
  return number;
}

/** What all labors have alike. */
const PLAIN = laborDoc();

function saidBy(name: string, at: Instant, position: Position): LaborSaid {
  return { by: name, principal: name, at, note: null, position };
}

/** A labor a minute, and a place of the journal. One in twenty is open; every seventh has somebody, every third is in a quest. */
export function laborOf(n: number): LaborDocument {
  const host = hostOf((n * 7919) % HOSTS);
  const revision = Math.floor(n / HOSTS);
  const id = laborId(host, revision, 0);
  const at = instant(BEGUN_AT_MS + n * MINUTE_MS);
  const position = positionOf(BigInt(n));
  const isOpen = n % 20 === 0;
  const isWaived = !isOpen && n % 50 === 1;
  const openFor = n % 5000;
  const common = {
    ...{ event: eventId(host, revision), position, recordedAt: at, by: 'agent' },
    ...{ principal: 'agent', fate: 1 as FateId },
  };
  const closedAt = instant(BEGUN_AT_MS + (n + openFor) * MINUTE_MS);
  const last = isOpen ? position : positionOf(BigInt(n + openFor));
  const by = { event: isWaived ? null : common.event, type: isWaived ? null : typeOf((n + 1) % TYPES) };
  return {
    ...PLAIN,
    id,
    host,
    type: typeOf(n % TYPES),
    state: isOpen ? 'open' : isWaived ? 'waived' : 'completed',
    quest: n % 3 === 0 ? (((n % QUESTS) + 1) as QuestId) : null,
    chain: n % 4 === 0 ? laborId(hostOf(n % CHAINS), 0, 0) : id,
    opened: { ...common, at, note: null, redacted: false, catalogueRevision: 12 },
    closed: isOpen
      ? null
      : { ...common, ...by, position: last, at: closedAt, note: null, redacted: false, catalogueRevision: 12 },
    ack: n % 11 === 0 ? saidBy('ann', at, position) : null,
    assignee: n % 7 === 0 ? personOf(n % PEOPLE) : null,
    assignment: n % 7 === 0 ? { to: personOf(n % PEOPLE), ...saidBy(personOf((n + 3) % PEOPLE), at, position) } : null,
    actors: n % 2 === 0 ? ['owner'] : ['creator', 'owner'],
    lastSeen: at,
    position: last,
  };
}

export function hostOf(number: number): HostName {
  return parseHostName(hostName(number))!;
}

export function typeOf(number: number): TypeName {
  return `service-${number}-needed` as TypeName;
}

function personOf(number: number): string {
  return `person-${number}`;
}

function instant(ms: number): Instant {
  return instantOfMs(ms)!;
}

const middle = instant(BEGUN_AT_MS + 500_000 * MINUTE_MS);

/** Every filter of `GET /labors`, with values that many and that few labors have. */
export const FILTERS: readonly (readonly [name: string, filter: LaborFilter])[] = [
  ['all', {}],
  ['state', { state: ['open'] }],
  ['two states', { state: ['open', 'waived'] }],
  ['type', { type: [typeOf(3)] }],
  ['three types', { type: [typeOf(3), typeOf(4), typeOf(5)] }],
  ['host', { host: [hostOf(77)] }],
  ['fifty hosts', { host: Array.from({ length: 50 }, (_, n) => hostOf(n * 13)) }],
  ['quest', { quest: [4 as QuestId] }],
  ['no quest', { quest: ['none'] }],
  ['chain', { chain: [laborId(hostOf(44), 0, 0)] }],
  ['assignee', { assignee: [personOf(7)] }],
  ['principal', { principal: [personOf(7)] }],
  ['principal of all', { principal: ['agent'] }],
  ['acked', { acked: true }],
  ['not acked', { acked: false }],
  ['actor', { actor: ['creator'] }],
  ['opened since', { openedSince: middle }],
  ['opened before', { openedBefore: middle }],
  ['closed since', { closedSince: middle }],
  ['overdue', { overdue: { is: true, now: middle } }],
  ['not overdue', { overdue: { is: false, now: middle } }],
  ['stranded', { stranded: { is: true, types: [typeOf(1)] } }],
  [
    'for',
    {
      for: { user: personOf(7), hosts: Array.from({ length: 50 }, (_, n) => hostOf(n * 130)), quests: [4 as QuestId] },
    },
  ],
  ['not stranded', { stranded: { is: false, types: [typeOf(1)] } }],
];
