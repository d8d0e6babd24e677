/** Ready is what every part says it is. */
import { until } from '../../testing/until.js';
import { Readiness } from './readiness.js';

test('nothing is expected, nothing is missing', async () => {
  expect((await new Readiness().look()).reasons).toEqual([]);
});

test('each part that is not ready says why, named', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => null);
  readiness.expect('projection', async () => 'the views are being rebuilt');
  expect((await readiness.look()).reasons).toEqual(['projection: the views are being rebuilt']);
});

test('a part whose state is unknown is not ready, and the reason is not shown outside', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => {
    throw new Error('secret');
  });
  expect((await readiness.look()).reasons).toEqual(['relay: its state is unknown']);
});

test('what is amiss besides is a warning, named, and keeps nobody from being ready', async () => {
  const readiness = new Readiness();
  readiness.watch('relay', () => 'no broker can be reached');
  readiness.watch('inbound', () => null);
  expect(await readiness.look()).toEqual({ reasons: [], warnings: ['relay: no broker can be reached'] });
});

test('a check is replaced by a later one of its part', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => 'not yet');
  readiness.expect('relay', () => null);
  expect((await readiness.look()).reasons).toEqual([]);
});

test('however many ask, the parts are asked once, and again a little later', async () => {
  const readiness = new Readiness();
  let asked = 0;
  readiness.expect('views', async () => {
    asked += 1;
    return null;
  });
  await Promise.all(Array.from({ length: 1000 }, () => readiness.look()));
  await readiness.look();
  expect(asked).toBe(1);
  await until('they are asked again', async () => {
    await readiness.look();
    return asked === 2;
  });
});

test('a part that does not answer is unknown after some seconds, and holds up no other for longer', async () => {
  const readiness = new Readiness();
  readiness.expect('views', () => new Promise<null>(() => undefined));
  readiness.watch('relay', () => 'no broker can be reached');
  expect(await readiness.look()).toEqual({
    reasons: ['views: its state is unknown'],
    warnings: ['relay: no broker can be reached'],
  });
}, 10_000);
