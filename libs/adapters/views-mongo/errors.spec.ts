/** The table from the driver's errors to ours. */
import { MongoInvalidArgumentError, MongoNetworkError, MongoServerError } from 'mongodb';
import { StoreUnavailable } from '#ports';
import { reasonOf, translated } from './errors.js';
import { clientOf } from './open.js';

const answered = (code: number) => new MongoServerError({ errmsg: 'no', code });

test.each([91, 189, 10107, 11600, 50, 64, 13, 18, 112])('the server’s code %i means that it is away', (code) => {
  expect(translated(answered(code))).toBeInstanceOf(StoreUnavailable);
});

test.each([2, 9, 14])('code %i is a defect of ours, which trying again does not mend', (code) => {
  const error = answered(code);
  expect(translated(error)).toBe(error);
});

test('a document that is too large is one clear error, and no missing generation', () => {
  const buffer = Object.assign(new RangeError('out of range'), { code: 'ERR_OUT_OF_RANGE' });
  const refused = new MongoInvalidArgumentError('Document is larger than the maximum size 16777216');
  for (const error of [answered(10334), buffer, refused]) {
    const ours = translated(error);
    expect(ours).toBeInstanceOf(Error);
    expect(ours).not.toBeInstanceOf(RangeError);
    expect(ours).not.toBeInstanceOf(StoreUnavailable);
    expect((ours as Error).message).toMatch(/16 MiB/);
  }
});

test.each(['EPIPE', 'ECONNRESET', 'EAI_AGAIN', 'ERR_STREAM_DESTROYED'])(
  '%s of a socket means that it is away',
  (code) => {
    expect(translated(Object.assign(new Error('gone'), { code }))).toBeInstanceOf(StoreUnavailable);
  },
);

test('what the driver refuses to take from us is a defect of ours', () => {
  const error = new MongoInvalidArgumentError('no such option');
  expect(translated(error)).toBe(error);
});

test('what is no error of the driver stays as it is', () => {
  const error = new RangeError('no generation');
  expect(translated(error)).toBe(error);
});

test('no password is in a reason', () => {
  const secret = 'mongodb://ann:s3cret@db-1:27017/x';
  expect(reasonOf(new MongoNetworkError(`cannot connect to ${secret}`))).not.toContain('s3cret');
  expect(() => clientOf({ url: 'mongodb://ann:s3cret@', prefix: 'x', access: 'read' })).toThrow(
    /no connection string that its driver takes/,
  );
  expect(() => clientOf({ url: 's3cret', prefix: 'x', access: 'read' })).not.toThrow(/s3cret/);
});
