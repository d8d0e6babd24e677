/** A fleet that reports over HTTP from a process of its own: many events a request over a few connections, as fast as they are taken. */
import { hostName, lifeOf, nameOf } from './flows.js';
import { Client } from './http.js';
import { randomOf } from './random.js';

/** What the parent hands over as the first argument, as JSON. */
export interface GeneratorOrder {
  readonly origin: string;
  readonly events: number;
  readonly perRequest: number;
  readonly hosts: number;
  readonly connections: number;
  readonly format: Format;
}

export type Format = 'array' | 'ndjson';

const CONTENT_TYPES: Readonly<Record<Format, string>> = { array: 'application/json', ndjson: 'application/x-ndjson' };

/** Sent to the parent: first `ready`, after its `go` the end. */
export type GeneratorNews =
  { readonly kind: 'ready' } | { readonly kind: 'sent'; readonly ms: number; readonly position: string };

/** Made beforehand, so that making them is not measured. */
function bodiesOf({ events, perRequest, hosts, format }: GeneratorOrder): readonly string[] {
  const random = randomOf(11);
  const steps = new Uint32Array(hosts);
  const event = (): object => {
    const host = Math.floor(random(hosts));
    const step = steps[host] ?? 0;
    steps[host] = step + 1;
    const type = nameOf(lifeOf(host, step));
    return { host: hostName(host), type, key: `${type}/${step}`, by: 'agent' };
  };
  return Array.from({ length: Math.ceil(events / perRequest) }, () => {
    const batch = Array.from({ length: perRequest }, event);
    return format === 'array' ? JSON.stringify(batch) : batch.map((each) => `${JSON.stringify(each)}\n`).join('');
  });
}

async function send(order: GeneratorOrder, bodies: readonly string[]): Promise<GeneratorNews> {
  const client = new Client(order.origin, order.connections);
  const headers = { 'content-type': CONTENT_TYPES[order.format] };
  const begun = performance.now();
  let next = 0;
  let greatest = 0n;
  const connection = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const { position } = await client.must('POST', '/api/v1/events', body, headers);
      const at = BigInt(position ?? 0);
      if (at > greatest) greatest = at;
    }
  };
  await Promise.all(Array.from({ length: order.connections }, connection));
  client.close();
  return { kind: 'sent', ms: performance.now() - begun, position: String(greatest) };
}

function announce(news: GeneratorNews): void {
  process.send?.(news);
}

const order = JSON.parse(process.argv[2] ?? '') as GeneratorOrder;
const bodies = bodiesOf(order);
process.once('message', () => {
  void send(order, bodies).then((news) => {
    announce(news);
    process.disconnect();
  });
});
announce({ kind: 'ready' });
