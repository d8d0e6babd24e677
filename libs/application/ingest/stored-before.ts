/** Which entries of a request stand in their hosts' streams already, because an earlier try of it has stored them (J1). */
import { eachInTurns, hostStream, type Position, type Uuid } from '#contracts';
import type { HostName, Revision } from '#domain';
import type { Journal } from '#ports';
import { lookBackTo } from './appending/job.js';
import { readTails } from './appending/tail-reader.js';
import type { IngestRequest } from './deciding/request.js';

/** An entry: its UUID is derived from `id`. */
export interface Step<Id extends string> {
  readonly id: Id;
  readonly host: HostName;
}

/** Of a request: since when, and under which UUIDs its entries stand. */
export interface RequestSteps<Id extends string> extends Pick<IngestRequest, 'since'> {
  uuid(id: Id): Uuid;
}

/** Where it stands, and a position that shows it. */
export interface StoredStep {
  readonly revision: Revision;
  readonly position: Position;
}

/** By id. Nothing where the request has one try only. */
export async function storedBefore<Id extends string>(
  journal: Journal,
  steps: readonly Step<Id>[],
  request: RequestSteps<Id>,
): Promise<Map<Id, StoredStep>> {
  const stored = new Map<Id, StoredStep>();
  if (request.since === undefined || steps.length === 0) return stored;
  const hosts = [...new Set(steps.map(({ host }) => host))];
  const range = lookBackTo(request.since);
  const tails = await readTails(
    journal,
    hosts.map((host) => ({ stream: hostStream(host), range })),
  );
  const byHost = new Map(hosts.map((host, index) => [host, tails[index]]));
  await eachInTurns(steps, ({ id, host }) => {
    const tail = byHost.get(host);
    const revision = tail?.revisionOf(request.uuid(id));
    if (tail !== undefined && revision !== undefined) stored.set(id, { revision, position: tail.position });
  });
  return stored;
}
