/** For this folder's specs alone: views that answer from given arrays, and remember the calls; readings over such views. */
import { LAST_POSITION, minPosition, positionOf, queriedOf } from '#contracts';
import type {
  Burndown,
  CatalogueEntryDocument,
  Completion,
  CursorKey,
  EntryTime,
  EventDocument,
  HostDocument,
  NamesEntryDocument,
  Page,
  PageRequest,
  Position,
  QuestDocument,
  QuestEntryDocument,
  QuestEntrySort,
  TimesToClose,
} from '#contracts';
import type { EventId, FateId, HostName, Instant, LaborId, QuestId } from '#domain';
import type {
  BehindHost,
  ChangedLabor,
  ChangedQuest,
  ChangesFrom,
  EventEffects,
  HostRow,
  LaborAsOfRow,
  LaborRow,
  QueriedHostRow,
  QuestHostRow,
  ViewsFreshness,
  ViewsReader,
  ViewsTotals,
} from '#ports';
import { createReading } from './create-reading.js';
import type { Reading } from './reading.js';
import { FakePast } from './testing-past.js';
import {
  at,
  BEFORE,
  catalogueOf,
  eventOf,
  freshnessOf,
  hostOf,
  laborOf,
  NOW,
  PARKED,
  progressOf,
  questOf,
  totalsOf,
  typeOf,
} from './testing-documents.js';

export class FakeViews extends FakePast implements ViewsReader {
  freshnessNow: ViewsFreshness | undefined;
  /** How often freshness was read. */
  looks = 0;
  /** Runs before each look, with its number from 1. */
  onLook: (look: number) => void = () => undefined;
  /** Runs when quests are asked for: whether they are behind. */
  behind: (position: Position, only: readonly QuestId[] | null) => boolean = () => false;
  behindAsked = 0;
  catalogueNow: readonly CatalogueEntryDocument[] = [];
  namesNow: readonly NamesEntryDocument[] = [];
  entryTimesNow: readonly EntryTime[] = [];
  eventsNow: readonly EventDocument[] = [];
  firedNow: readonly FateId[] = [];
  effectsNow: readonly EventEffects[] = [];
  laborsNow: readonly LaborRow[] = [];
  changedNow: readonly ChangedLabor[] = [];
  changedQuestsNow: readonly ChangedQuest[] = [];
  questsNow: readonly QuestDocument[] = [];
  questHostsNow: readonly QuestHostRow[] = [];
  completionsNow: readonly Completion[] = [];
  timesNow: TimesToClose = { labors: 0, medianS: null, p90S: null, steps: [] };
  questEntriesNow: readonly QuestEntryDocument[] = [];
  burndownNow: Burndown = { bucket: 'hour', span: null, before: [], changes: [], forgetful: 0 };
  hostDocuments: readonly HostDocument[] = [];
  hostsNow: readonly HostRow[] = [];
  behindNow: readonly BehindHost[] = [];
  hoursNow: readonly { readonly hour: Instant; readonly events: number }[] = [];
  totalsNow: () => Promise<ViewsTotals> = () => Promise.resolve(totalsOf());

  constructor(position = at(10)) {
    super();
    this.advance(position);
  }

  /** All four partitions are at `position`, heard at {@link NOW}. */
  advance(position: Position, number = 7): void {
    this.freshnessNow = freshnessOf(
      [0, 1, 2, 3].map((partition) => progressOf(partition, position)),
      { number },
    );
  }

  for(): this {
    return this;
  }

  freshness(_documentsVersion: number): Promise<ViewsFreshness | undefined> {
    this.looks += 1;
    this.onLook(this.looks);
    this.asked.push(['freshness']);
    return Promise.resolve(this.freshnessNow);
  }

  catalogue(generation: number, from: number, limit: number): Promise<readonly CatalogueEntryDocument[]> {
    const entries = this.catalogueNow.filter(({ revision }) => revision >= from).slice(0, limit);
    return this.answer('catalogue', [generation, from], entries);
  }

  names(generation: number, from: number, limit: number): Promise<readonly NamesEntryDocument[]> {
    const entries = this.namesNow.filter(({ revision }) => revision >= from).slice(0, limit);
    return this.answer('names', [generation, from], entries);
  }

  placeBefore(instant: Instant): Promise<Position> {
    const later = this.entryTimesNow.filter(({ recordedAt }) => recordedAt > instant).map(({ position }) => position);
    const first = later.reduce((least, position) => minPosition(least, position), LAST_POSITION);
    return this.answer('placeBefore', [instant], first === LAST_POSITION ? first : positionOf(first - 1n));
  }

  instantAt(position: Position): Promise<Instant | undefined> {
    const until = this.entryTimesNow.filter((time) => time.position <= position).map(({ recordedAt }) => recordedAt);
    return this.answer('instantAt', [position], until.sort().at(-1));
  }

  event(id: EventId): Promise<EventDocument | undefined> {
    const event = this.eventsNow.find((each) => each.id === id);
    return this.answer('event', [id], event);
  }

  events(...args: unknown[]): Promise<Page<EventDocument>> {
    return this.answer('events', args, pageOf(this.eventsNow, args));
  }

  lastByCategory(...args: unknown[]): Promise<readonly EventDocument[]> {
    return this.answer('lastByCategory', args, this.eventsNow.slice(-1));
  }

  eventsPerHour(...args: unknown[]): Promise<readonly { readonly hour: Instant; readonly events: number }[]> {
    return this.answer('eventsPerHour', args, this.hoursNow);
  }

  labor(generation: number, id: LaborId): Promise<LaborRow | undefined> {
    const row = this.laborsNow.find(({ labor }) => labor.id === id);
    return this.answer('labor', [generation, id], row);
  }

  laborsAsOf(...args: unknown[]): Promise<Page<LaborAsOfRow>> {
    const rows = this.laborsNow.map((row) => ({ ...row, isExact: true }));
    return this.answer('laborsAsOf', args, pageOf(rows, args));
  }

  unfinishedQuests(...args: unknown[]): Promise<readonly QuestDocument[]> {
    return this.answer('unfinishedQuests', args, []);
  }

  laborsById(generation: number, ids: readonly LaborId[]): Promise<readonly LaborRow[]> {
    const asked = new Set(ids);
    const found = this.laborsNow.filter(({ labor }) => asked.has(labor.id));
    return this.answer('laborsById', [generation, ids], found);
  }

  changedLabors(generation: number, from: ChangesFrom<LaborId>, limit: number): Promise<readonly ChangedLabor[]> {
    const changed = this.changedNow
      .filter(({ seenAt, id }) => isBeyond(from, seenAt, id))
      .sort((a, b) => Number(a.seenAt - b.seenAt) || (a.id < b.id ? -1 : 1));
    return this.answer('changedLabors', [generation, from, limit], changed.slice(0, limit));
  }

  changedQuests(generation: number, from: ChangesFrom<QuestId>, limit: number): Promise<readonly ChangedQuest[]> {
    const changed = this.changedQuestsNow.filter(({ seenAt, quest }) => isBeyond(from, seenAt, quest.quest));
    return this.answer('changedQuests', [generation, from, limit], changed.slice(0, limit));
  }

  firedFates(...args: unknown[]): Promise<readonly FateId[]> {
    return this.answer('firedFates', args, this.firedNow);
  }

  effects(generation: number, ids: readonly EventId[]): Promise<readonly EventEffects[]> {
    const found = ids.map((id): EventEffects => {
      const none = { event: id, applied: -1, parked: false, opened: [], closed: [], absorbed: [], perhapsAbsorbed: [] };
      return this.effectsNow.find(({ event }) => event === id) ?? none;
    });
    return this.answer('effects', [generation, ids], found);
  }

  labors(...args: unknown[]): Promise<Page<LaborRow>> {
    return this.answer('labors', args, pageOf(this.laborsNow, args));
  }

  quest(generation: number, id: QuestId): Promise<QuestDocument | undefined> {
    const document = this.questsNow.find(({ quest }) => quest === id);
    return this.answer('quest', [generation, id], document);
  }

  quests(...args: unknown[]): Promise<Page<QuestDocument>> {
    return this.answer('quests', args, pageOf(this.questsNow, args));
  }

  questHosts(...args: unknown[]): Promise<Page<QuestHostRow>> {
    return this.answer('questHosts', args, pageOf(this.questHostsNow, args));
  }

  burndown(...args: unknown[]): Promise<Burndown> {
    return this.answer('burndown', args, this.burndownNow);
  }

  timesToClose(...args: unknown[]): Promise<TimesToClose> {
    return this.answer('timesToClose', args, this.timesNow);
  }

  completions(...args: unknown[]): Promise<readonly Completion[]> {
    return this.answer('completions', args, this.completionsNow);
  }

  questEntries(
    generation: number,
    quest: QuestId,
    page: PageRequest<QuestEntrySort>,
  ): Promise<Page<QuestEntryDocument>> {
    const { sort, limit } = page;
    const after = page.after && BigInt(page.after[0] ?? 0);
    const ordered = sort === 'position' ? this.questEntriesNow : this.questEntriesNow.toReversed();
    const rest = ordered.filter(
      ({ position }) => after === null || (sort === 'position' ? position > after : position < after),
    );
    const items = rest.slice(0, limit);
    const next = rest.length > limit ? [String(items.at(-1)?.position)] : null;
    return this.answer('questEntries', [generation, quest, page], { items, next, total: ordered.length });
  }

  questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean> {
    this.behindAsked += 1;
    return this.answer('questsBehind', [generation, position, only], this.behind(position, only));
  }

  hostsBehind(...args: unknown[]): Promise<number> {
    return this.answer('hostsBehind', args, this.behindNow.length);
  }

  behindAmong(...args: unknown[]): Promise<readonly BehindHost[]> {
    return this.answer('behindAmong', args, this.behindNow);
  }

  host(generation: number, host: HostName): Promise<HostDocument | undefined> {
    const document = this.hostDocuments.find((each) => each.host === host);
    return this.answer('host', [generation, host], document);
  }

  hosts(...args: unknown[]): Promise<Page<HostRow>> {
    return this.answer('hosts', args, pageOf(this.hostsNow, args));
  }

  queriedHosts(generation: number, hosts: readonly HostName[]): Promise<readonly QueriedHostRow[]> {
    const found = this.hostDocuments
      .filter(({ host }) => hosts.includes(host))
      .map(({ host, state, position }): QueriedHostRow => ({ ...queriedOf(host, state), position }));
    return this.answer('queriedHosts', [generation, hosts], found);
  }

  totals(...args: unknown[]): Promise<ViewsTotals> {
    this.asked.push(['totals', ...args]);
    return this.totalsNow();
  }
}

function isBeyond<Id extends string | number>({ seenAt, after }: ChangesFrom<Id>, at: Position, id: Id): boolean {
  return at > seenAt || (at === seenAt && (after === null || id > after));
}

const MORE: CursorKey = ['more'];

/** A page with others behind it, and behind that one an empty one, which is the last. */
function pageOf<T>(items: readonly T[], asked: readonly unknown[]): Page<T> {
  const isSecond = asked.some((each) => (Object(each) as { readonly after?: unknown }).after === MORE);
  return isSecond ? { items: [], next: null } : { items, next: MORE, total: 77 };
}

/** At {@link NOW}, with waits of a second at most. */
export function readingOf(views: ViewsReader): Reading {
  return createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 });
}

/** Views at position 10 of one parked host, `web-1`: two events, their labors, of which one is stranded, and two quests. */
export function viewsOfHost(): FakeViews {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(['a', 'b'], [{ rule: 'a => b' }]);
  views.hostDocuments = [hostOf('web-1', PARKED)];
  views.eventsNow = [eventOf('web-1~2'), eventOf('web-1~0')];
  views.laborsNow = [
    { labor: laborOf('web-1~0'), parked: true },
    { labor: laborOf('web-1~2', { type: typeOf('x-b') }), parked: true },
  ];
  views.questsNow = [questOf(4, 'open', { target: BEFORE }), questOf(3, 'open', { embarkedAt: null })];
  return views;
}
