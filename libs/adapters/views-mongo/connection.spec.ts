/** Bulks: which refusals are answers, what is repeated, and our own timer; over collections that answer as a server would. */
import { MongoBulkWriteError, MongoClient, type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { StoreUnavailable } from '#ports';
import { Connection } from './connection.js';

interface Thing {
  readonly _id: string;
}

const client = new MongoClient('mongodb://127.0.0.1:1/');
const connection = new Connection(client, 'x', 50, true);
afterAll(() => client.close());

const operations = ['a', 'b', 'c'].map((_id): AnyBulkWriteOperation<Thing> => ({
  replaceOne: { filter: { _id }, replacement: { _id }, upsert: true },
}));

/** Answers one bulk after the other; keeps what it was asked. */
function answering(...answers: readonly (Error | { readonly matchedCount: number })[]) {
  const asked: (readonly AnyBulkWriteOperation<Thing>[])[] = [];
  const bulkWrite = async (some: readonly AnyBulkWriteOperation<Thing>[]) => {
    const answer = answers[asked.push(some) - 1];
    if (answer === undefined) throw new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return Promise.resolve(answer);
  };
  return { asked, collection: { bulkWrite } as unknown as Collection<Thing> };
}

function refusal(codes: Readonly<Record<number, number>>, writeConcernError?: object): Error {
  const writeErrors = Object.entries(codes).map(([index, code]) => ({ index: Number(index), code, errmsg: 'no' }));
  const result = { matchedCount: 1, getWriteConcernError: () => writeConcernError };
  return new MongoBulkWriteError({ message: 'no', code: 11000, writeErrors } as never, result as never);
}

test('a duplicate key is repeated once, and nothing else is', async () => {
  const { asked, collection } = answering(refusal({ 1: 11000 }), { matchedCount: 1 });
  expect(await connection.upsert(collection, operations)).toEqual([]);
  expect(asked).toEqual([operations, [operations[1]]]);
});

test('what is refused again is answered by its place', async () => {
  const { asked, collection } = answering(refusal({ 0: 11000, 2: 11000 }), refusal({ 1: 11000 }));
  expect(await connection.upsert(collection, operations)).toEqual([2]);
  expect(asked).toHaveLength(2);
});

test('another refusal among duplicate keys is no answer', async () => {
  const { collection } = answering(refusal({ 0: 11000, 1: 112 }));
  await expect(connection.bulk(collection, operations)).rejects.toThrow(StoreUnavailable);
});

test('duplicate keys that the majority did not confirm are no answer', async () => {
  const { collection } = answering(refusal({ 0: 11000 }, { code: 64 }));
  await expect(connection.bulk(collection, operations)).rejects.toThrow(StoreUnavailable);
});

test('a bulk that was broken off, without a refusal, is no answer', async () => {
  const { collection } = answering(refusal({}));
  await expect(connection.bulk(collection, operations)).rejects.toThrow(StoreUnavailable);
});

test('no answer in time ends in StoreUnavailable', async () => {
  await expect(connection.run(() => new Promise(() => undefined))).rejects.toThrow(
    'views unavailable: the server gave no answer within 50 ms',
  );
});

describe('many writes', () => {
  const many = Array.from({ length: 2500 }, (_, index): AnyBulkWriteOperation<Thing> => ({
    insertOne: { document: { _id: String(index) } },
  }));
  const sizes = (asked: readonly (readonly unknown[])[]): readonly number[] => asked.map(({ length }) => length);

  test('go in pieces, and refusals keep their places', async () => {
    const { asked, collection } = answering({ matchedCount: 7 }, refusal({ 3: 11000 }), { matchedCount: 5 });
    expect(await connection.bulk(collection, many)).toEqual({ refused: [1003], matched: 13 });
    expect(sizes(asked)).toEqual([1000, 1000, 500]);
  });

  test('go in small pieces after one that was late, and in larger ones as long as answers are quick', async () => {
    const asked: (readonly AnyBulkWriteOperation<Thing>[])[] = [];
    let late = true;
    const bulkWrite = async (some: readonly AnyBulkWriteOperation<Thing>[]) => {
      asked.push(some);
      return late ? new Promise(() => undefined) : Promise.resolve({ matchedCount: 0 });
    };
    const collection = { bulkWrite } as unknown as Collection<Thing>;
    // an eighth of this has to be far more than such an answer takes
    const own = new Connection(client, 'x', 2000, true);
    await expect(own.bulk(collection, many)).rejects.toThrow('the server gave no answer within 2000 ms');
    late = false;
    await own.bulk(collection, many);
    expect(sizes(asked)).toEqual([1000, 16, 32, 64, 128, 256, 512, 1000, 492]);
    expect(asked.slice(1).flat()).toEqual(many);
  });

  test('end at the first piece that fails', async () => {
    const { asked, collection } = answering({ matchedCount: 0 }, refusal({ 0: 112 }));
    await expect(connection.bulk(collection, many)).rejects.toThrow(StoreUnavailable);
    expect(asked).toHaveLength(2);
  });
});

test('what was opened for reading writes nothing', async () => {
  const { asked, collection } = answering({ matchedCount: 0 });
  const reading = new Connection(client, 'x', 50, false);
  await expect(reading.bulk(collection, operations)).rejects.toThrow('these views were opened for reading');
  expect(asked).toEqual([]);
});
