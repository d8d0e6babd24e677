/** Ready is what every part says it is. */
import { Readiness } from './readiness.js';

test('nothing is expected, nothing is missing', async () => {
  expect(await new Readiness().reasons()).toEqual([]);
});

test('each part that is not ready says why, named', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => null);
  readiness.expect('projection', async () => 'the views are being rebuilt');
  expect(await readiness.reasons()).toEqual(['projection: the views are being rebuilt']);
});

test('a part whose state is unknown is not ready, and the reason is not shown outside', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => {
    throw new Error('secret');
  });
  expect(await readiness.reasons()).toEqual(['relay: its state is unknown']);
});

test('what is amiss besides is a warning, named, and keeps nobody from being ready', async () => {
  const readiness = new Readiness();
  readiness.watch('relay', () => 'no broker can be reached');
  readiness.watch('inbound', () => null);
  expect([await readiness.reasons(), await readiness.warnings()]).toEqual([[], ['relay: no broker can be reached']]);
});

test('a check is replaced by a later one of its part', async () => {
  const readiness = new Readiness();
  readiness.expect('relay', () => 'not yet');
  readiness.expect('relay', () => null);
  expect(await readiness.reasons()).toEqual([]);
});
