/** R11: the dossier of a host that has had many labors, or among many quests, is whole, or says that it is not. */
import { NO_PART_PAST, type CursorKey, type Page, type PageRequest, type QuestDocument } from '#contracts';
import { emptyCatalogue, noNames, type HostName } from '#domain';
import { MAX_LABORS_BY_ID } from '#ports';
import { closedLabor, partDoc } from '#testing';
import { at, hostOf, laborIdOf, laborOf, NOW, questId, questOf, TALLY, typeOf } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import { dossierAsOf, type DossierRoom } from './dossier.js';

const HOST = 'web-1' as HostName;
const ROOM: DossierRoom = { openLabors: 1000, newestEvents: 20, categories: 100, quests: 100 };

/** One page after the other, and a last one. */
class PagedViews extends FakeViews {
  override quests(...args: unknown[]): Promise<Page<QuestDocument>> {
    const { limit, after } = args[2] as PageRequest<string>;
    const begin: number = after === null ? 0 : this.questsNow.findIndex(({ quest }) => String(quest) === after[0]) + 1;
    const items = this.questsNow.slice(begin, begin + limit);
    const last = begin + limit < this.questsNow.length ? items.at(-1) : undefined;
    const next: CursorKey | null = last === undefined ? null : [String(last.quest)];
    return this.answer('quests', args, { items, next });
  }
}

function world(): PagedViews {
  const views = new PagedViews(at(100));
  views.hostDocuments = [{ ...hostOf(HOST), position: at(90) }];
  return views;
}

function ask(views: FakeViews) {
  const catalogues = { read: () => Promise.resolve(emptyCatalogue) };
  const names = { read: () => Promise.resolve(noNames) };
  const asOf = { position: at(50), now: NOW };
  return dossierAsOf(views, { generation: 7, asOf, now: NOW, catalogues, names }, HOST, ROOM);
}

/** Open by then; every other one was closed later. */
function opened(views: FakeViews, many: number): void {
  const ids = Array.from({ length: many }, (_, n) => laborIdOf(`${HOST}~${String(n).padStart(6, '0')}`));
  const labors = ids.map((id) => laborOf(id));
  views.laborsNow = labors.map((labor, n) => ({ labor: n % 2 === 0 ? labor : closedLabor(labor, 80), parked: false }));
  const open = ids.map((id) => ({ id, type: typeOf('x-a'), quest: null, chain: id, earlier: 0 }));
  views.pastOpenNow = { open, looked: 1_000_000, forgetful: 0 };
}

test('R11: what was open is read by its ids, however many labors the host has had', async () => {
  const views = world();
  opened(views, 450);
  const dossier = await ask(views);
  expect(dossier?.openLabors.map(({ labor }) => labor.state)).toEqual(Array.from({ length: 450 }, () => 'open'));
  expect(dossier).not.toHaveProperty('incomplete');
  expect(views.argumentsOf('laborsById').map(([, ids]) => (ids as readonly unknown[]).length)).toEqual([
    ...[MAX_LABORS_BY_ID, MAX_LABORS_BY_ID, 50],
  ]);
});

test('R11: more open labors than it shows are said', async () => {
  const views = world();
  opened(views, ROOM.openLabors + 1);
  expect(await ask(views)).toMatchObject({ openLabors: { length: ROOM.openLabors }, incomplete: true });
});

/** Of each the host was one. Each is as much work as a page of two has room for. */
function inQuests(views: FakeViews, many: number): void {
  views.questsNow = Array.from({ length: many }, (_, n) => questOf(n + 1, null));
  views.partsNow = views.questsNow.map(({ quest }) =>
    partDoc({ quest, host: HOST, position: at(1), past: NO_PART_PAST }),
  );
  views.pastPartsNow = { ...views.pastPartsNow, tally: TALLY, looked: 60_000 };
}

test('R11: its quests are looked for through short pages, and where some are left unread, that is said', async () => {
  const views = world();
  inQuests(views, 30);
  const whole = await ask(views);
  expect(whole?.quests.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, n) => questId(n + 1)));
  expect(whole).not.toHaveProperty('incomplete');
  inQuests(views, 50);
  const cut = await ask(views);
  expect(cut?.quests.length).toBeLessThan(50);
  expect(cut).toMatchObject({ incomplete: true });
});
