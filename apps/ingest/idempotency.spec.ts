/** Every POST of the writing half hands its Idempotency-Key to the use case; no other method has one. */
import { failed } from '#contracts';
import { INGEST } from '#platform';
import { overFake } from '../../test/harness/served.js';
import { IngestModule } from './index.js';

const ingest = overFake(IngestModule, INGEST);
const quest = { type: 'a-b', hosts: ['a'], description: 'x' };

test.each<[path: string, body: object | string, use: string]>([
  ['/event-types', { category: 'a', state: 'b' }, 'defineEventTypes'],
  ['/fates', { creates: 'a-b', completedBy: 'c-d' }, 'defineFates'],
  ['/events', { type: 'a-b', host: 'a' }, 'logEvents'],
  ['/events', [{ type: 'a-b', host: 'a' }], 'logEvents'],
  ['/quests', quest, 'embarkQuest'],
  ['/quests?type=a-b&description=x', 'a\nb', 'embarkQuest'],
  ['/quests/7/hosts', { hosts: ['a'] }, 'addQuestHosts'],
  ['/labors/a~0/ack', {}, 'commandLabor'],
  ['/labors/a~0/assign', { to: 'bob' }, 'commandLabor'],
  ['/labors/a~0/waive', { reason: 'x' }, 'commandLabor'],
  ['/labors/ack', { labors: ['a~0'] }, 'commandLabors'],
  ['/hosts/a/attributes', { clear: ['x'] }, 'commandHost'],
  ['/hosts/a/retire', { reason: 'x' }, 'commandHost'],
  ['/hosts/retire', { hosts: ['a'], reason: 'x' }, 'commandHosts'],
  ['/events/a~0/redact', { reason: 'x' }, 'redactEvent'],
  ['/operations/x/cancel', { reason: 'x' }, 'cancelOperation'],
  ['/labors/assign', { labors: ['a~0'], to: null }, 'commandLabors'],
  ['/labors/waive', { labors: ['a~0'], reason: 'x' }, 'commandLabors'],
])('POST %s with %j', async (path, body, use) => {
  ingest.answer(failed({ code: 'conflict', detail: 'no' }));
  const isText = typeof body === 'string';
  const headers = { 'content-type': isText ? 'text/plain' : 'application/json', 'idempotency-key': '"k-1"' };
  expect((await ingest.send(path, headers, isText ? body : JSON.stringify(body))).status).toBe(409);
  expect([ingest.calls[0]?.[0], ingest.calls[0]?.at(-1)]).toMatchObject([use, { idempotencyKey: 'k-1' }]);
});
