/** Services that report over the inbound topic while an ingest that takes their events is killed. */
import { newAsk, type Ask, type AskedEvent } from '../crash/asks.js';
import { TYPES } from '../crash/mix-catalogue.js';
import type { Round } from './campaign.js';
import { Topic, type Lying } from './topic.js';

type Sent = Omit<Lying, 'offset'>;

interface Report {
  readonly message: Sent;
  /** What it becomes, but for the key of one without; null where it is refused. */
  readonly event: AskedEvent | null;
}

const PARTITIONS = 12;
const HOSTS = 100;
const SOURCE = '/services/7';
const EVERY_MS = 50;
const MOST_AT_ONCE = 5;
const LEAST_OF_EACH = 5;

/** Each form in which a report may come, of the host, the event's type and a note that is like no other's. */
const FORMS: readonly ((
  host: string,
  type: string,
  note: string,
) => Pick<Sent, 'value' | 'headers'> & { readonly key: string | null | undefined })[] = [
  (host, type, note) => ({ ...json({ host, type, note, key: note }), key: note }),
  (host, type, note) => ({ ...json({ host, type, note }), key: null }),
  (host, type, note) => ({
    ...json({ specversion: '1.0', id: note, source: SOURCE, type, subject: host, data: { note } }),
    headers: { 'content-type': 'application/cloudevents+json' },
    key: `${SOURCE} ${note}`,
  }),
  (host, type, note) => ({
    ...json({ note }),
    headers: { ce_specversion: '1.0', ce_id: note, ce_source: SOURCE, ce_type: type, ce_subject: host },
    key: `${SOURCE} ${note}`,
  }),
  (host, _type, note) => ({ ...json({ host, type: 'never-defined', note }), key: undefined }),
  (_host, _type, note) => ({ value: Buffer.from(`{"note":"${note}`), headers: {}, key: undefined }),
];

function json(value: object): { readonly value: Buffer; readonly headers: Lying['headers'] } {
  return { value: Buffer.from(JSON.stringify(value)), headers: {} };
}

/** What was published is in the journal once for each key; what was refused is in the topic of rejected messages. */
export async function reportOverTopic(round: Round): Promise<void> {
  const { stack, random, amid, note } = round;
  const name = `${stack.prefix}.inbound`;
  const topic = await Topic.open(stack.servers.kafka, name);
  const rejected = await Topic.open(stack.servers.kafka, `${name}.rejected`);
  try {
    const from = await rejected.ends();
    const reports: Report[] = [];
    const over = new AbortController();
    const reporting = (async () => {
      while (!over.signal.aborted) {
        const some = drawn(random, reports.length);
        reports.push(...some);
        const atMs = Date.now();
        const places = await topic.publish(some.map(({ message }) => ({ ...message, timestamp: String(atMs) })));
        note(some.flatMap((report, nth) => askOf(report, `${name}/${places[nth]!}/${atMs}`)));
        await new Promise((wake) => setTimeout(wake, EVERY_MS));
      }
    })();
    const ingest = random() < 0.5 ? 'ingest-1' : 'ingest-2';
    await amid();
    await stack.kill(ingest);
    await amid();
    await stack.launch(ingest);
    await amid();
    over.abort();
    await reporting;
    await topic.isRead(`${stack.prefix}.ingest`);
    const refused = reports.filter(({ event }) => event === null).map(({ message }) => String(message.value));
    expect(Math.min(refused.length, reports.length - refused.length)).toBeGreaterThan(LEAST_OF_EACH);
    expect(await valuesIn(rejected, from)).toEqual([...refused].sort());
  } finally {
    await Promise.all([topic.close(), rejected.close()]);
  }
}

function drawn(random: () => number, before: number): readonly Report[] {
  const tag = `over-${Math.floor(random() * 1e9)}`;
  return Array.from({ length: 1 + Math.floor(random() * MOST_AT_ONCE) }, (_, nth) => {
    const number = Math.floor(random() * HOSTS);
    const host = `host-${number}`;
    const { category, state } = TYPES[Math.floor(random() * TYPES.length)]!;
    const [type, note] = [`${category}-${state}`, `${tag}-${before + nth}`];
    const { key, ...sent } = FORMS[Math.floor(random() * FORMS.length)]!(host, type, note);
    const message = { partition: number % PARTITIONS, key: Buffer.from(host), ...sent };
    return { message, event: key === undefined ? null : { host, type, note, key } };
  });
}

/** As if it had been asked and acknowledged. `place`: what a key is made of where the event has none. */
function askOf({ event }: Report, place: string): readonly Ask[] {
  if (event === null) return [];
  const events = [{ ...event, key: event.key ?? place }];
  const ask = newAsk({
    tag: event.note,
    path: 'inbound',
    body: null,
    effect: { kind: 'events', events, listed: false },
  });
  return [{ ...ask, attempts: 1, answer: { status: 202, body: null } }];
}

/** Each value once, sorted: a rejected message may be there twice after a crash, then with the same place. */
async function valuesIn(topic: Topic, from: readonly bigint[]): Promise<readonly string[]> {
  const byPlace = new Map<string, string>();
  const tap = await topic.tap(from, ({ value, headers }) => {
    byPlace.set(String(headers['hermes-place']), String(value));
  });
  try {
    await tap.heardTo(await topic.ends());
  } finally {
    await tap.close();
  }
  return [...byPlace.values()].sort();
}
