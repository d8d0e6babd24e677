/** The catalogue's entries are sent and folded once, however often and by however many it is asked for. */
import type { CatalogueEntryDocument } from '#contracts';
import { emptyCatalogue, foldCatalogue } from '#domain';
import { FollowedReader } from './followed-reader.js';
import { catalogueOf } from './testing-documents.js';
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
