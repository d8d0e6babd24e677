/** What-ifs put together: some at a time, the last ones remembered with what differs. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { done, failed, inTurns, positionOf, START, type Outcome, type Position, type Uuid } from '#contracts';
import { ownName, suppose, type HostName, type Supposition } from '#domain';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { whole } from '../ingest/requests/answers.js';
import { KeyedRequests, type Asking } from '../ingest/requests/keyed-requests.js';
import { problemOfRefusals } from '../ingest/problems.js';
import { clearJobFolder, NO_FOLDER } from '../replay/job-folder.js';
import { NamesTimeline } from '../names/names-timeline.js';
import { WhatIf } from './what-if.js';
import type { DifferencePage } from './difference-file.js';
import {
  MOST_RUNNING,
  MOST_WHAT_IFS,
  type WhatIfAsked,
  type WhatIfs,
  type WhatIfsParts,
  type WhatIfStatus,
} from './what-ifs.js';

/** Of what all that are remembered have found: with more, the oldest that has ended goes when another begins. */
const MOST_KEPT_BYTES = 2 * 2 ** 30;

const STARTED = { answers: whole<{ readonly id: Uuid }>() };

export function createWhatIfs(parts: WhatIfsParts): WhatIfs {
  return new WhatIfsService(parts);
}

class WhatIfsService implements WhatIfs {
  /** The newest last. */
  private readonly known = new Map<string, WhatIf>();
  private readonly requests: KeyedRequests;
  private readonly names: NamesTimeline;
  private isClosed = false;
  /** What a process left in the folder that was killed. */
  private readonly cleared: Promise<void>;

  constructor(private readonly parts: WhatIfsParts) {
    const { folder, log, journal, clock } = parts;
    this.cleared = folder === undefined ? Promise.resolve() : clearJobFolder(folder, log);
    this.names = new NamesTimeline(journal);
    this.requests = new KeyedRequests(journal, clock, randomUUID, log);
  }

  start(asked: WhatIfAsked, asking: Asking = { principal: null }): Promise<Outcome<{ readonly id: Uuid }>> {
    const { define, retire, from, hosts } = asked;
    const body = { define, retire, from: from === null ? null : String(from), hosts };
    return this.requests.once(asking, { use: ['what-if'], body, ...STARTED }, () => this.begin(asked));
  }

  async status(id: string): Promise<Outcome<WhatIfStatus>> {
    const found = this.known.get(id);
    return found === undefined ? unknown(id) : done(found.status());
  }

  async labors(id: string, from: number | null, limit: number): Promise<Outcome<DifferencePage>> {
    const found = this.known.get(id);
    if (found === undefined) return unknown(id);
    try {
      return done(await found.labors(from ?? 0, limit));
    } catch (error) {
      // forgotten meanwhile, with its file
      if (!this.known.has(id)) return unknown(id);
      throw error;
    }
  }

  async remove(id: string): Promise<Outcome<WhatIfStatus>> {
    const found = this.known.get(id);
    if (found === undefined) return unknown(id);
    await this.forget(found);
    return done(found.status());
  }

  progress(): readonly number[] {
    return [...this.known.values()].filter(({ isRunning }) => isRunning).map(({ percent }) => percent);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.requests.close();
    await Promise.all([...this.known.values()].map((each) => this.forget(each)));
  }

  private async begin(asked: WhatIfAsked): Promise<Outcome<{ readonly id: Uuid }>> {
    const { timeline, journal, folder } = this.parts;
    if (folder === undefined) return failed({ code: 'conflict', detail: NO_FOLDER });
    const problem = this.parts.refusal?.();
    if (problem !== undefined) return failed(problem);
    await this.cleared;
    const end = (await journal.head()).position;
    const unreadable = await timeline.refreshReadable();
    if (unreadable instanceof StreamUnreadable && unreadable.position <= end)
      return failed({ code: 'conflict', detail: `${unreadable.message}: nothing after it can be judged` });
    const supposed = suppose(asked, timeline.loadedAsOf(positionOf(end + 1n)));
    if (!supposed.ok) return failed(problemOfRefusals(supposed.refusals));
    if (this.isClosed) return failed({ code: 'overloaded', detail: 'Hermes is stopping', retryAfterS: 1 });
    if (this.progress().length >= MOST_RUNNING)
      return failed({
        code: 'conflict',
        detail: `${MOST_RUNNING} what-ifs run already: wait for the end of one, or cancel it`,
      });
    const hosts = asked.hosts === null ? undefined : await this.ownNames(asked.hosts);
    return done({ id: this.run({ ...asked, hosts, folder }, supposed.value, end) });
  }

  /** Whatever names were given. */
  private async ownNames(hosts: readonly HostName[]): Promise<ReadonlySet<HostName>> {
    const { names } = this;
    await names.refreshReadable();
    return new Set(hosts.map((host) => ownName(names.state, host)));
  }

  private run(
    {
      from,
      hosts,
      folder,
    }: Pick<WhatIfAsked, 'from'> & {
      readonly hosts: ReadonlySet<HostName> | undefined;
      readonly folder: string;
    },
    supposition: Supposition,
    end: Position,
  ): Uuid {
    const job = new WhatIf({ ...this.parts, folder: join(folder, randomUUID()) }, supposition, end);
    const { judgingThreads = 0 } = this.parts;
    // the threads' memory is one what-if's: another that runs beside it is judged here
    const asked = { from: from ?? START, hosts, judgingThreads: this.progress().length === 0 ? judgingThreads : 0 };
    this.known.set(job.id, job);
    this.makeRoom();
    job.begin({ run: inTurns, ...asked });
    return job.id;
  }

  /** The oldest that have ended go first. */
  private makeRoom(): void {
    const ended = [...this.known.values()].filter(({ isRunning }) => !isRunning);
    const bytes = (): number => [...this.known.values()].reduce((sum, each) => sum + each.listedBytes, 0);
    for (const oldest of ended) {
      if (this.known.size <= MOST_WHAT_IFS && bytes() <= MOST_KEPT_BYTES) return;
      this.forget(oldest).catch((error: unknown) => {
        this.parts.log.warn('what a what-if has found cannot be removed', { id: oldest.id, err: error });
      });
    }
  }

  private async forget(job: WhatIf): Promise<void> {
    this.known.delete(job.id);
    await job.remove();
  }
}

function unknown(id: string): Outcome<never> {
  return failed({
    code: 'what-if-unknown',
    detail: `this process knows no what-if ${JSON.stringify(id)}: it keeps the last ${MOST_WHAT_IFS} that it began, until it ends`,
  });
}
