/** P4: a release with an Idempotency-Key is answered as before when it is sent again, though nothing is parked any more. */
import { hostStream } from '#contracts';
import type { HostName } from '#domain';
import { createMemoryJournal, Play, wrapJournal } from '#testing';
import { appendHistory, follow, newViews, projectorOver, tidyUp } from './rig.js';

afterEach(tidyUp);

const HOST = 'parked.example.com' as HostName;
const asking = { principal: 'ann', idempotencyKey: 'release-1' };

test.each([true, false])(
  'whether its answer could be kept (%s) or not',
  async (keepsAnswers) => {
    const play = new Play('x-required => x-done');
    play.event('x-required', { host: HOST });
    const plain = createMemoryJournal();
    await appendHistory(plain, play.history);
    let mended = false;
    const journal = wrapJournal(plain, {
      readAll: async (after, limit) =>
        (await plain.readAll(after, limit)).map((entry) =>
          mended || entry.stream !== hostStream(HOST) ? entry : { ...entry, version: 999 },
        ),
      writeState: async (name, value, version) =>
        !keepsAnswers && value.includes('answered') ? 'conflict' : plain.writeState(name, value, version),
    });
    const projector = projectorOver(journal, await newViews());
    await projector.prepare({ rebuild: false });
    await follow(projector);
    const { operating } = projector;
    expect(await operating.parked(10)).toMatchObject([{ name: HOST }]);
    mended = true;
    const released = { ok: true, value: { name: HOST } };
    expect(await operating.release(HOST, asking)).toEqual(released);
    expect(await operating.parked(10)).toEqual([]);
    expect(await operating.release(HOST, asking)).toEqual(released);
    expect(await operating.release(HOST, { ...asking, principal: 'ben' })).toMatchObject({
      problem: { code: 'not-parked' },
    });
    expect(await operating.release(HOST)).toMatchObject({ problem: { code: 'not-parked' } });
  },
  30_000,
);
