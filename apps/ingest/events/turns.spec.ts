/** However large and however made a body is, others have their turn while it is read and checked. */
import { MAX_EVENTS } from '#contracts';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { turnsOf } from '../../../libs/testing/turns.js';
import { IngestModule } from '../ingest.module.js';

const MIB = 1024 * 1024;

const ingest = overFake(IngestModule, INGEST);

/** As large as a body may be, with as many fields as events of that size can have. */
function largest(): Buffer {
  const room = Math.floor((8 * MIB - 2) / MAX_EVENTS) - 1;
  const attributes = Object.fromEntries(Array.from({ length: 32 }, (_, nth) => [`attribute-${nth}`, nth]));
  const event = { host: 'web-1.example.com', type: 'system-reboot-required', key: 'k', attributes, note: '' };
  const note = 'é, "quoted" '.repeat(100);
  for (let length = note.length; ; length -= 1) {
    const text = JSON.stringify({ ...event, note: note.slice(0, length) });
    if (Buffer.byteLength(text) <= room) return Buffer.from(`[${Array<string>(MAX_EVENTS).fill(text).join(',')}]`);
  }
}

async function turnsFor(body: Buffer, status: number): Promise<string> {
  expect(body.length).toBeLessThanOrEqual(8 * MIB);
  return turnsOf(async () => {
    const answer = await ingest.send('/events', { 'content-type': 'application/json' }, body);
    expect(answer.status).toBe(status);
  });
}

test('the largest array of events, and the largest bodies that are none, hold up nobody', async () => {
  ingest.answer({ ok: true, value: { position: 1n, accepted: 1, duplicates: 0, events: [] } });
  const many = (item: string): string => `[${item}${`,${item}`.repeat((8 * MIB - 20) / (item.length + 1) - 1)}]`;
  const most = (item: string): string => `[${item}${`,${item}`.repeat(999_990)}]`;
  const bodies: readonly (readonly [string, Buffer, number])[] = [
    ['events', largest(), 201],
    ['brackets', Buffer.from(many('[]')), 413],
    ['numbers', Buffer.from(many('1')), 413],
    ['an object of texts', Buffer.from(`{"a": ${most('"abc"')}}`), 422],
    ['a long text', Buffer.from(`{"a": "${'\\"'.repeat(4 * MIB - 10)}"}`), 422],
  ];
  for (const [what, body, status] of bodies) {
    expect([what, await turnsFor(body, status)]).toEqual([what, 'in turns']);
  }
}, 60_000);
