/** Opening: who may, what is said where it cannot be, and what is made; on doubles of this spec's own, one of which asks for passwords. */
import { join } from 'node:path';
import { DOCUMENTS_VERSION } from '#contracts';
import { StoreUnavailable } from '#ports';
import { eventDoc, hostDoc, newGeneration, startMongo, temporaryFolder, type MongoServer } from '#testing';
import { INDEXES } from './index-table.js';
import { openMongoViews } from './index.js';
import { inDatabase } from './testing-database.js';

const path = temporaryFolder();
const PASSWORD = 'gehe1m-p@ss';
const prefix = 'hermes';

/** The first start ever fetches the server. */
const START_MS = 300_000;

let mongo: MongoServer;

beforeEach(async () => {
  mongo = await startMongo({ folder: join(path(), 'mongo') });
}, START_MS);
afterEach(() => mongo.server.kill());

test('writers make every index, readers none; a collection of another shape is named', async () => {
  const views = await openMongoViews({ url: mongo.url, prefix, access: 'write' });
  const generation = await newGeneration(views);
  await views.writer.apply(generation, { events: [eventDoc()], hosts: [hostDoc()] });
  await views.close();
  for (const [kind, indexes] of Object.entries(INDEXES)) {
    if (indexes.length === 0) continue;
    const found = await inDatabase(mongo.url, prefix, (database) =>
      database.collection(`${kind}_1`).listIndexes().toArray(),
    );
    expect(found.map(({ name }) => name as string).sort()).toEqual(['_id_', ...indexes.map(({ name }) => name)].sort());
  }
  await inDatabase(mongo.url, prefix, (database) => database.collection('hosts_1').dropIndex('open'));
  const reading = await openMongoViews({ url: mongo.url, prefix, access: 'read' });
  expect(await reading.reader.host(generation, hostDoc().host)).toBeDefined();
  await expect(reading.writer.apply(generation, { hosts: [hostDoc()] })).rejects.toThrow(/opened for reading/);
  await expect(reading.control.reset()).rejects.toThrow(/opened for reading/);
  await reading.close();
  const indexes = () =>
    inDatabase(mongo.url, prefix, (database) => database.collection('hosts_1').listIndexes().toArray());
  expect((await indexes()).map(({ name }) => name as string)).not.toContain('open');
  // who may write mends it
  await (await openMongoViews({ url: mongo.url, prefix, access: 'write' })).close();
  expect((await indexes()).map(({ name }) => name as string)).toContain('open');

  await inDatabase(mongo.url, prefix, async (database) => {
    await database.collection('hosts_1').dropIndex('open');
    await database.collection('hosts_1').createIndexes([{ key: { updatedAt: 1 }, name: 'open' }]);
  });
  await expect(openMongoViews({ url: mongo.url, prefix, access: 'write' })).rejects.toThrow(
    /hermes\.hosts_1 has an index that is not as this Hermes makes it; drop the index: /,
  );
});

test('readers may be there before any writer: they see empty views, and make nothing', async () => {
  const { reader, control, close } = await openViewsBound('read');
  expect(await reader.freshness(DOCUMENTS_VERSION)).toBeUndefined();
  expect(await control.generations()).toEqual([]);
  expect(await reader.event(eventDoc().id)).toBeUndefined();
  await close();
  expect(await inDatabase(mongo.url, prefix, (database) => database.listCollections().toArray())).toEqual([]);
});

test('a database of another layout is refused, for reading and for writing', async () => {
  await (await openViewsBound('write')).close();
  await inDatabase(mongo.url, prefix, (database) =>
    database.collection('control').updateOne({}, { $set: { layout: 99 } }),
  );
  for (const access of ['read', 'write'] as const) {
    await expect(openMongoViews({ url: mongo.url, prefix, access })).rejects.toThrow(
      /it has layout 99 and this Hermes uses 1/,
    );
  }
});

test('an invalid address is refused without being repeated', async () => {
  const url = `mongo://ann:${PASSWORD}@nowhere`;
  const error = await openMongoViews({ url, prefix, access: 'read' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toMatch(/is no connection string that its driver takes/);
  expect(String(error)).not.toContain(PASSWORD);
});

async function openViewsBound(access: 'read' | 'write') {
  const views = await openMongoViews({ url: mongo.url, prefix, access });
  return { reader: views.reader, control: views.control, close: () => views.close() };
}

describe('with passwords', () => {
  const as = (user: string, password = PASSWORD) =>
    mongo.url.replace('mongodb://', `mongodb://${user}:${encodeURIComponent(password)}@`) + '&authSource=admin';

  beforeEach(async () => {
    await inDatabase(mongo.url, 'admin', async (admin) => {
      const user = (name: string, role: string, db: string) =>
        admin.command({ createUser: name, pwd: PASSWORD, roles: [{ role, db }] });
      await user('writer', 'readWrite', prefix);
      await user('reader', 'read', prefix);
    });
    await mongo.server.stop();
    mongo = await startMongo({ folder: join(path(), 'mongo'), passwords: true });
  });

  test('a user who may only read opens for reading; for writing the error names the role it needs', async () => {
    const writing = await openMongoViews({ url: as('writer'), prefix, access: 'write' });
    const generation = await newGeneration(writing);
    await writing.writer.apply(generation, { hosts: [hostDoc()], events: [eventDoc()] });
    await writing.control.activate(generation);
    const reading = await openMongoViews({ url: as('reader'), prefix, access: 'read' });
    expect((await reading.reader.freshness(DOCUMENTS_VERSION))?.generation.number).toBe(generation);
    expect(await reading.reader.event(eventDoc().id)).toEqual(eventDoc());
    expect((await reading.reader.totals(generation)).hosts).toBe(1);
    await reading.close();
    await writing.close();
    await expect(openMongoViews({ url: as('reader'), prefix, access: 'write' })).rejects.toThrow(
      /^the views' database hermes at MongoDB 127\.0\.0\.1:\d+ cannot be opened: the user reader may not write there; it needs the role readWrite on hermes$/,
    );
  });

  test('wrong credentials are one clear sentence, in which no password stands', async () => {
    for (const url of [as('writer', 'wr0ng'), as('nobody')]) {
      const error = await openMongoViews({ url, prefix, access: 'write' }).catch((reason: unknown) => reason);
      expect(error).not.toBeInstanceOf(StoreUnavailable);
      expect(String(error)).toMatch(/the server refuses the credentials of the user (writer|nobody)$/);
      expect(String(error)).not.toMatch(/wr0ng|gehe1m/);
    }
  });

  test('missing credentials are an error that says so, too', async () => {
    await expect(openMongoViews({ url: mongo.url, prefix, access: 'write' })).rejects.toThrow(
      /clients without credentials may not write there/,
    );
  });
});
