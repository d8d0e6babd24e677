/** How many inventories are open at once, idle or not. */
import { Readable } from 'node:stream';
import type { Ingest, Place } from '#application';
import { positionOf, type InventoryLine } from '#contracts';
import { NDJSON_MEDIA, StreamedBody } from '#platform';
import { HostImports } from './import.js';

const ingest = {
  async importHosts(batches: AsyncIterable<readonly InventoryLine[]>) {
    let changed = 0;
    for await (const batch of batches) changed += batch.length;
    return { position: positionOf(1n), changed, unchanged: 0, new: 0, refused: 0, refusals: [] };
  },
} as unknown as Ingest;

const placeOf = (holder: string): Place => ({ holder, leave: () => undefined, comeBack: async () => undefined });
const caller = { principal: null } as never;

test('there are as many as memory has room for: one more is refused at once, and taken when another is done', async () => {
  const imports = new HostImports(ingest, new AbortController().signal, 1);
  const begin = (holder: string) => {
    const source = new Readable({ read: () => undefined });
    source.push('{"host":"a"}\n');
    const body = new StreamedBody(source);
    const done = imports.import({ body, media: NDJSON_MEDIA, dryRun: false }, caller, placeOf(holder));
    return { done, end: () => source.push(null) };
  };
  const first = begin('ann');
  await expect(begin('bob').done).rejects.toMatchObject({ problem: { code: 'overloaded' } });
  first.end();
  expect((await first.done).body).toMatchObject({ changed: 1 });
  const next = begin('bob');
  next.end();
  expect((await next.done).body).toMatchObject({ changed: 1 });
});
