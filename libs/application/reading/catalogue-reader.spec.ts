/** The catalogue is read whole once for each change, however often and by however many it is asked for. */
import type { CatalogueDocument } from '#contracts';
import { emptyCatalogue } from '#domain';
import { CatalogueReader } from './catalogue-reader.js';
import { catalogueOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const ONE = catalogueOf(['a'], []);
const TWO = catalogueOf(['a', 'b'], []);

/** Views that count how often the document left them. */
class Counted extends FakeViews {
  sent = 0;

  override async catalogue(generation: number, knownRevision: number): Promise<CatalogueDocument | undefined> {
    const document = await super.catalogue(generation, knownRevision);
    if (document !== undefined) this.sent += 1;
    return document;
  }
}

function reading(now?: CatalogueDocument) {
  const views = new Counted();
  views.catalogueNow = now;
  return { views, reader: new CatalogueReader(views) };
}

test('what is known is not sent again, and stays the same object until it changes', async () => {
  const { views, reader } = reading(ONE);
  const first = await reader.read(7);
  expect(await reader.read(7)).toBe(first);
  expect(views.sent).toBe(1);
  views.catalogueNow = TWO;
  expect(await reader.read(7)).toBe(TWO.catalogue);
  expect(await reader.read(7)).toBe(TWO.catalogue);
  expect(views.sent).toBe(2);
});

test('64 readers at once of a catalogue that has changed have it sent once', async () => {
  const { views, reader } = reading(ONE);
  const read = await Promise.all(Array.from({ length: 64 }, () => reader.read(7)));
  expect(new Set(read)).toEqual(new Set([ONE.catalogue]));
  expect(views.sent).toBe(1);
});

test('a read sees what was there when it was asked for, also while an earlier one is in flight', async () => {
  const { views, reader } = reading(ONE);
  const earlier = reader.read(7);
  views.catalogueNow = TWO;
  const later = reader.read(7);
  expect([await earlier, await later]).toEqual([ONE.catalogue, TWO.catalogue]);
});

test('another generation is read whole, though its catalogue is of the same revision', async () => {
  const { views, reader } = reading(ONE);
  await Promise.all([reader.read(7), reader.read(8), reader.read(7)]);
  expect(views.argumentsOf('catalogue').slice(0, 2)).toEqual([
    [7, 0],
    [8, 0],
  ]);
});

test('before there is one it is empty; a read that fails is for its callers alone', async () => {
  const { views, reader } = reading();
  expect(await reader.read(7)).toBe(emptyCatalogue);
  const { catalogue } = views;
  views.catalogue = () => Promise.reject(new Error('away'));
  await expect(reader.read(7)).rejects.toThrow('away');
  views.catalogue = catalogue.bind(views);
  views.catalogueNow = ONE;
  expect(await reader.read(7)).toBe(ONE.catalogue);
});
