/** Everything that readers and writers are answered of one generation, so that two can be compared. */
import { LAST_POSITION, START, type HostFilter, type LaborAsOfFilter, type LaborFilter } from '#contracts';
import type { EventId, HostName, LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import { at } from './documents.js';
import { HOSTS, QUESTS } from './generated.js';
import { allPages } from './harness.js';

export interface Asked {
  readonly hosts: readonly HostName[];
  readonly labors: readonly LaborId[];
  readonly events: readonly EventId[];
  readonly laborFilters: readonly LaborFilter[];
  readonly hostFilters: readonly HostFilter[];
}

const LIMIT = 7;
const MANY = 1000;
/** Each led by other ranges. */
const PAST_FILTERS: readonly LaborAsOfFilter[] = [{}, { state: ['open'] }, { quest: QUESTS }, { host: HOSTS }];

const sorted = <T extends string | number>(values: readonly T[]): readonly T[] => [...values].sort();
const byJson = (values: readonly unknown[]): readonly string[] => sorted(values.map(textOf));
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));

export async function allAnswers(views: Views, generation: number, asked: Asked): Promise<unknown> {
  return {
    ...(await ofLabors(views, generation, asked)),
    ...(await ofHosts(views, generation, asked)),
    quests: await Promise.all(QUESTS.map((quest) => ofQuest(views, generation, quest))),
    ...(await ofWhole(views, generation)),
  };
}

async function ofLabors({ reader, writer }: Views, generation: number, asked: Asked) {
  const { labors, events, laborFilters } = asked;
  const lists = [];
  for (const filter of [{}, ...laborFilters])
    for (const sort of ['openedAt', '-openedAt', 'host'] as const)
      lists.push(await allPages((page) => reader.labors(generation, filter, page), sort, LIMIT));
  const effects = await reader.effects(generation, events);
  const past = [];
  for (const place of [at(10), at(40), LAST_POSITION])
    for (const filter of PAST_FILTERS)
      past.push(
        (await reader.laborsAsOf(generation, place, filter, { sort: 'openedPlace', limit: MANY, after: null })).items,
      );
  return {
    ...{ lists, past },
    labors: await Promise.all(labors.map((id) => reader.labor(generation, id))),
    byId: byJson(await reader.laborsById(generation, labors)),
    effects: effects.map(({ opened, closed, absorbed, perhapsAbsorbed, ...of }) => ({
      ...of,
      ...{ opened: sorted(opened), closed: sorted(closed) },
      ...{ absorbed: sorted(absorbed), perhaps: sorted(perhapsAbsorbed) },
    })),
    chains: byJson((await writer.load(generation, { chains: labors, laborsOf: events })).labors),
    fired: sorted(await reader.firedFates(generation)),
    times: await reader.timesToClose(generation, null),
    changes: await reader.changedLabors(generation, { seenAt: at(0), after: null }, MANY),
  };
}

async function ofHosts({ reader, writer }: Views, generation: number, { hosts, hostFilters }: Asked) {
  const lists = [];
  for (const filter of [{}, ...hostFilters])
    lists.push(await allPages((page) => reader.hosts(generation, filter, page), 'host', LIMIT));
  return {
    hostLists: lists,
    hosts: await Promise.all(hosts.map((host) => reader.host(generation, host))),
    questsOf: await Promise.all(hosts.map((host) => writer.questsOfHost(generation, host, null, MANY))),
    parked: await writer.parkedHosts(generation, null, MANY),
    behind: [await writer.behindHosts(generation, null, MANY), await reader.hostsBehind(generation)],
    openThen: await Promise.all(hosts.map((host) => reader.openAsOf(generation, host, at(15)))),
    among: await reader.behindAmong(generation, { hosts, quests: QUESTS }),
  };
}

async function ofQuest({ reader, writer }: Views, generation: number, quest: QuestId) {
  const questions = [at(10), at(30), LAST_POSITION].map((upTo) => ({ quest, upTo }));
  return {
    document: await reader.quest(generation, quest),
    hosts: await allPages((page) => reader.questHosts(generation, quest, {}, page), 'host', LIMIT),
    open: await allPages((page) => reader.questHosts(generation, quest, { state: ['open'] }, page), 'host', LIMIT),
    byStep: await allPages((page) => reader.questHosts(generation, quest, {}, page), 'stepSince', LIMIT),
    sum: await writer.sumParts(generation, quest),
    sumThen: await reader.partsAsOf(generation, quest, at(15)),
    parts: byJson((await writer.load(generation, { parts: HOSTS.map((host) => ({ host, quest })) })).parts),
    entries: await allPages((page) => reader.questEntries(generation, quest, page), 'position', LIMIT),
    burndowns: await Promise.all(
      questions.map((question) => reader.burndown(generation, { ...question, bucket: 'minute' })),
    ),
    completions: await Promise.all(questions.map((question) => reader.completions(generation, question))),
    times: await reader.timesToClose(generation, quest),
    isBehind: await reader.questsBehind(generation, at(9), [quest]),
  };
}

async function ofWhole({ reader, writer }: Views, generation: number) {
  return {
    totals: await reader.totals(generation),
    totalsThen: await reader.totalsAsOf(generation, at(15)),
    questList: await allPages((page) => reader.quests(generation, {}, page), 'id', LIMIT),
    byTarget: await allPages((page) => reader.quests(generation, { state: ['embarking'] }, page), 'target', LIMIT),
    unfinished: await reader.unfinishedQuests(generation, null, MANY),
    dirty: await writer.dirtyQuests(generation, null, MANY),
    parkedQuests: await writer.parkedQuests(generation, null, MANY),
    areBehind: [await reader.questsBehind(generation, START, null), await reader.questsBehind(generation, at(9), null)],
    questChanges: await reader.changedQuests(generation, { seenAt: at(0), after: null }, MANY),
    catalogue: await reader.catalogue(generation, 0, MANY),
    names: await reader.names(generation, 0, MANY),
    progress: await writer.progress(generation),
  };
}
