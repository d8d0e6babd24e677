/**
 * The largest requests at once, in what a container of 512 MiB gives: Hermes takes them or says that it is too much, loses
 * nothing, and holds less than the container has. `npm run bench -- memory` plays more of it.
 */
import { arrayOf, hostLines, lines, post } from '../../bench/load/large-requests.js';
import { LIFE, nameOf } from '../../bench/load/flows.js';
import { PeakMemory } from '../../libs/testing/peak-memory.js';
import { until } from '../../libs/testing/until.js';
import type { Json } from '../harness/api.js';
import { wholeHermes } from '../harness/whole.js';

const CONTAINER_MIB = 512;
const ARRAYS = 8;
const EVENTS = 10_000;
/** Of one event in the largest array. */
const EVENT_BYTES = Math.floor((8 * 1_048_576) / EVENTS);
const LINES = 20_000;
const QUEST_HOSTS = 1_000_000;
/** For each wait: a machine that does much else takes minutes. */
const LIMIT_MS = 600_000;

const whole = wholeHermes({
  types: LIFE,
  fates: [{ creates: nameOf(LIFE[0]!), completedBy: nameOf(LIFE[1]!) }],
  // as Node chooses it in such a container: half of the memory
  env: { HERMES_MEMORY_MIB: String(CONTAINER_MIB), NODE_OPTIONS: `--max-old-space-size=${CONTAINER_MIB / 2}` },
});

const statuses = new Set<number>();

/** Sends it again while there is too much at once, as every client must. */
async function taken(path: string, type: string, body: () => string | Iterable<string>): Promise<Json> {
  let status = 503;
  let answer = '';
  await until(
    `${path} is taken`,
    async () => {
      ({ status, body: answer } = await post(whole.api.origin, path, { type, body: body() }));
      statuses.add(status);
      return status !== 503;
    },
    { limitMs: LIMIT_MS, everyMs: 500, seen: () => answer.slice(0, 500) },
  );
  const said = JSON.parse(answer) as Json;
  whole.api.waitFor(BigInt(String(said['position'])));
  return said;
}

test(
  'eight arrays of 8 MiB at once, a stream of lines and a quest of a million hosts: below 512 MiB, and nothing is lost',
  async () => {
    const peak = new PeakMemory(whole.process.pid);
    const arrays = Array.from({ length: ARRAYS }, async (_, nth) => {
      const body = arrayOf(nth, EVENTS, EVENT_BYTES);
      return (await taken('/events', 'application/json', () => body))['accepted'];
    });
    const streamed = taken('/events', 'application/x-ndjson', () => lines(LINES, LINES, EVENTS));
    expect(await Promise.all(arrays)).toEqual(Array.from({ length: ARRAYS }, () => EVENTS));
    expect((await streamed)['accepted']).toBe(LINES);

    const names = hostLines(QUEST_HOSTS);
    const path = `/quests?type=${nameOf(LIFE[0]!)}&description=all`;
    const quest = await taken(path, 'text/plain', () => names);
    expect(quest).toMatchObject({ hosts: QUEST_HOSTS, state: 'embarking' });

    const logged = ARRAYS * EVENTS + LINES;
    let events = 0;
    await until(
      'all events are in the views, and some of the quest',
      async () => {
        const { body } = await whole.api.call('GET', '/stats');
        events = Number(body['totals']?.['value']?.['events'] ?? 0);
        return events > logged + 10_000;
      },
      { limitMs: LIMIT_MS, everyMs: 500, seen: () => `${events} events` },
    );
    expect(await whole.api.total(`/events?type=${nameOf(LIFE[2]!)}&host=web-000000.fra1.example.com`)).toBe(1);
    expect(peak.mib()).toBeLessThan(CONTAINER_MIB);
    expect([...statuses].filter((status) => ![201, 202, 503].includes(status))).toEqual([]);
  },
  1.5 * LIMIT_MS,
);
