/** The catalogue's entries are sent and folded once, however often and by however many it is asked for. */
import { START, type CatalogueEntryDocument, type Position } from '#contracts';
import { emptyCatalogue, foldCatalogue } from '#domain';
import { FollowedReader } from './followed-reader.js';
import { at, catalogueOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const ONE = catalogueOf(['a'], []);
const TWO = catalogueOf(['a', 'b'], []);
const NAMES_OF_TWO = ['x-a', 'x-b'];

/** Views that count the entries that left them. */
class Counted extends FakeViews {
  sent = 0;

  override async catalogue(
    generation: number,
    from: number,
    limit: number,
  ): Promise<readonly CatalogueEntryDocument[]> {
    const entries = await super.catalogue(generation, from, limit);
    this.sent += entries.length;
    return entries;
  }
}

function reading(now: readonly CatalogueEntryDocument[] = []) {
  const views = new Counted();
  views.catalogueNow = now;
  const entries = (...asked: Parameters<FakeViews['catalogue']>) => views.catalogue(...asked);
  const reader = new FollowedReader({ entries, empty: emptyCatalogue, fold: foldCatalogue });
  const names = async (generation: number) => [...(await reader.read(generation)).types.keys()];
  return { views, reader, names };
}

test('an entry that is known is not sent again, and the catalogue stays the same object until it changes', async () => {
  const { views, reader, names } = reading(ONE);
  const first = await reader.read(7);
  expect(await reader.read(7)).toBe(first);
  expect(views.sent).toBe(1);
  views.catalogueNow = TWO;
  expect(await names(7)).toEqual(NAMES_OF_TWO);
  expect(await reader.read(7)).toBe(await reader.read(7));
  expect(views.sent).toBe(2);
});

test('64 readers at once of a catalogue that has changed have it sent once', async () => {
  const { views, reader } = reading(ONE);
  const read = await Promise.all(Array.from({ length: 64 }, () => reader.read(7)));
  expect(new Set(read).size).toBe(1);
  expect(views.sent).toBe(1);
});

test('a read sees the entries there were when it was asked for, also while an earlier one is in flight', async () => {
  const { views, reader } = reading(ONE);
  const earlier = reader.read(7);
  views.catalogueNow = TWO;
  const later = reader.read(7);
  expect([await earlier, await later].map(({ types }) => types.size)).toEqual([1, 2]);
});

test('another generation is read from its first entry, though its catalogue is of the same revision', async () => {
  const { views, reader } = reading(ONE);
  await Promise.all([reader.read(7), reader.read(8), reader.read(7)]);
  expect(views.argumentsOf('catalogue').slice(0, 2)).toEqual([
    [7, 0],
    [8, 0],
  ]);
});

test('before there is one it is empty; a read that fails is for its callers alone', async () => {
  const { views, reader, names } = reading();
  expect(await reader.read(7)).toBe(emptyCatalogue);
  const { catalogue } = views;
  views.catalogue = () => Promise.reject(new Error('away'));
  await expect(reader.read(7)).rejects.toThrow('away');
  views.catalogue = catalogue.bind(views);
  views.catalogueNow = TWO;
  expect(await names(7)).toEqual(NAMES_OF_TWO);
});

test('a large one is read page by page, and a change of it sends the change alone', async () => {
  const letters = Array.from({ length: 2001 }, (_, index) => `s${index}`);
  const { views, reader } = reading(catalogueOf(letters.slice(0, 2000), []));
  expect((await reader.read(7)).types.size).toBe(2000);
  views.sent = 0;
  views.catalogueNow = catalogueOf(letters, []);
  expect((await reader.read(7)).types.size).toBe(2001);
  expect(views.sent).toBe(1);
});

test('what stands behind an entry that is about to be written waits for it', async () => {
  const { views, names } = reading(TWO.slice(1));
  expect(await names(7)).toEqual([]);
  views.catalogueNow = TWO;
  expect(await names(7)).toEqual(NAMES_OF_TWO);
});

test('R11: as of a place it is what the entries up to there fold to, and is folded once for all who ask', async () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
  // at 0, 10, 20 …
  const sparse = catalogueOf(letters, []).map((entry, n) => ({ ...entry, position: at(10 * n) }));
  const { views, reader } = reading(sparse);
  const sizeAt = async (position: Position) => (await reader.asOf(7, position)).types.size;
  for (const [place, size] of [
    ...([START, at(0), at(9), at(10), at(25), at(50), at(99)] as const).map((each, n) => [
      each,
      [0, 1, 1, 2, 3, 6, 6][n],
    ]),
  ] as const)
    expect([place, await sizeAt(place as Position)]).toEqual([place, size]);
  expect(await reader.asOf(7, at(50))).toBe(await reader.read(7));
  views.sent = 0;
  const some = await Promise.all(Array.from({ length: 9 }, (_, n) => reader.asOf(7, at(30 + n))));
  expect(new Set(some).size).toBe(1);
  expect(views.sent).toBe(4);
  // a fifth one takes the place of the one that was asked for longest ago
  for (const place of [0, 10, 20, 40]) await reader.asOf(7, at(place));
  views.sent = 0;
  await reader.asOf(7, at(40));
  expect(views.sent).toBe(0);
  await reader.asOf(7, at(30));
  expect(views.sent).toBe(4);
});

test('R11: a past of another generation is its own, and one whose entries are gone is no catalogue', async () => {
  const { views, reader } = reading(TWO);
  expect((await reader.asOf(7, at(0))).types.size).toBe(1);
  views.catalogueNow = catalogueOf(['z', 'y'], []);
  expect([...(await reader.asOf(8, at(0))).types.keys()]).toEqual(['x-z']);
  const { catalogue } = views;
  await reader.read(9);
  views.catalogue = (generation, from) => Promise.resolve(from === 0 ? [] : catalogue.call(views, generation, from, 9));
  await expect(reader.asOf(9, at(0))).rejects.toThrow('no generation 9');
});
