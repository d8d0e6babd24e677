/** Commands on rebuilds, as changes of their record; generations, as the views have them. */
import { randomUUID } from 'node:crypto';
import {
  DOCUMENTS_VERSION,
  done,
  failed,
  inMessage,
  latestHeardMs,
  START,
  viewsPosition,
  type Generation,
  type Outcome,
  type Problem,
  type Uuid,
} from '#contracts';
import { FOLD_VERSION } from '#domain';
import { GenerationGone, type Journal, type Views } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import { whole } from '../ingest/requests/answers.js';
import { KeyedRequests, type Asking } from '../ingest/requests/keyed-requests.js';
import type { Log } from '../log.js';
import { sleep } from '../pauses.js';
import {
  cancelling,
  currentJob,
  isOfBuild,
  jobOf,
  withJob,
  withNewJob,
  type NewJob,
  type RebuildJob,
} from './rebuild-job.js';
import type { RebuildRecords } from './rebuild-records.js';
import type { GenerationStatus, Rebuilds } from './rebuilds.js';

export interface RebuildsParts {
  readonly journal: Journal;
  readonly views: Pick<Views, 'control' | 'writer'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly records: RebuildRecords;
  /** Whether a generation of this build is served. */
  readonly isServed: () => Promise<boolean>;
  /** Why the journal must not be judged as it stands; undefined where it may. */
  readonly refusal?: () => Problem | undefined;
  /** Called when a command has changed the record. */
  readonly changed: () => void;
}

/** A projector that follows a generation stores a heartbeat every second at least. */
const FOLLOWERS_HEARD_MS = 3000;
/** Seconds after which a start may have served a generation. */
const RETRY_S = 5;

const ASKED = { body: null, answers: whole<RebuildJob>() };
const NOBODY: Asking = { principal: null };
const BUILD = { documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION };

export function createRebuilds(parts: RebuildsParts): Rebuilds {
  return new RebuildCommands(parts);
}

class RebuildCommands implements Rebuilds {
  private readonly requests: KeyedRequests;

  constructor(private readonly parts: RebuildsParts) {
    this.requests = new KeyedRequests(parts.journal, parts.clock, randomUUID, parts.log);
  }

  begin(asking = NOBODY): Promise<Outcome<RebuildJob>> {
    return this.requests.once(asking, { use: ['rebuild'], ...ASKED }, (request) =>
      this.beginNew(asking, {
        ...{ kind: 'rebuild', generation: null, isActivationAsked: false },
        request: request.uuid('rebuild'),
      }),
    );
  }

  async list(): Promise<readonly RebuildJob[]> {
    return [...(await this.parts.records.read()).jobs].reverse();
  }

  async get(text: string): Promise<Outcome<RebuildJob>> {
    const job = jobOf(await this.parts.records.read(), numberOf(text));
    return job === undefined ? failed(unknown(text)) : done(job);
  }

  cancel(text: string): Promise<Outcome<RebuildJob>> {
    return this.command(text, (job) => {
      if (job.state === 'activating' || job.state === 'activated') return failed(over(job));
      return done(job.state === 'cancelled' || job.state === 'cancelling' ? job : cancelling(job));
    });
  }

  activate(text: string, asking = NOBODY): Promise<Outcome<RebuildJob>> {
    return this.requests.once(asking, { use: ['activate rebuild', text], ...ASKED }, () =>
      this.command(text, (job) => {
        if (job.state === 'cancelled' || job.state === 'cancelling') return failed(over(job));
        const isKnown = job.state === 'activating' || job.state === 'activated' || job.isActivationAsked;
        return done(isKnown ? job : { ...job, isActivationAsked: true });
      }),
    );
  }

  async generations(): Promise<readonly GenerationStatus[]> {
    const { control } = this.parts.views;
    // pointers are read before the list: what one is at by then has been made, and is shown so
    const served = new Map<number, number | null>();
    for (const { documentsVersion } of await control.generations()) {
      if (!served.has(documentsVersion)) served.set(documentsVersion, await control.current(documentsVersion));
    }
    const all: GenerationStatus[] = [];
    for (const each of await control.generations()) {
      const isServed = served.get(each.documentsVersion) === each.number;
      all.push({ ...each, isServed, position: await this.positionOf(each) });
    }
    return all;
  }

  rollBack(text: string, asking = NOBODY): Promise<Outcome<RebuildJob>> {
    return this.requests.once(asking, { use: ['activate generation', text], ...ASKED }, async (request) => {
      const own = await this.begunBy(request.uuid('rebuild'));
      if (own !== undefined) return done(own);
      const found = await this.find(text);
      if (!found.ok) return found;
      const { number, state } = found.value;
      if (await this.isServed(found.value)) return failed(inUse(number, SERVED));
      if (state !== 'ready' || !isOfBuild(found.value, BUILD)) return failed(unfit(found.value));
      const what = { kind: 'roll-back', generation: number, isActivationAsked: true } as const;
      return this.beginNew(asking, { ...what, request: request.uuid('rebuild') });
    });
  }

  async drop(text: string): Promise<Outcome<{ readonly generation: number }>> {
    const found = await this.find(text);
    if (!found.ok) return found;
    const { number } = found.value;
    try {
      const why = await this.whyInUse(found.value);
      if (why !== null) return failed(inUse(number, why));
      await this.parts.views.control.dropGeneration(number);
    } catch (error) {
      if (error instanceof GenerationGone) return failed(noGeneration(text));
      // the views had the last word
      if (error instanceof RangeError) return failed(inUse(number, SERVED));
      throw error;
    }
    this.parts.log.info('a former generation of the views is dropped', { generation: number });
    return done({ generation: number });
  }

  private async whyInUse(generation: Generation): Promise<string | null> {
    const { number, state } = generation;
    if (state !== 'ready') return 'it is being made: cancel its rebuild';
    if (await this.isServed(generation)) return SERVED;
    const before = await this.heardMs(number);
    await sleep(FOLLOWERS_HEARD_MS);
    if ((await this.heardMs(number)) !== before) return 'a projector follows it';
    // asked last: a roll-back may have begun, or ended, meanwhile
    if (currentJob(await this.parts.records.read())?.generation === number) return 'it is brought level: cancel that';
    return (await this.isServed(generation)) ? SERVED : null;
  }

  private async begunBy(asked: Uuid): Promise<RebuildJob | undefined> {
    return (await this.parts.records.read()).jobs.find(({ request }) => request === asked);
  }

  private async beginNew(
    asking: Asking,
    what: Pick<NewJob, 'kind' | 'generation' | 'isActivationAsked' | 'request'>,
  ): Promise<Outcome<RebuildJob>> {
    const known = await this.begunBy(what.request);
    if (known !== undefined) return done(known);
    const { records, clock, changed, isServed } = this.parts;
    const problem = this.parts.refusal?.();
    if (problem !== undefined) return failed(problem);
    if (!(await isServed())) return failed(NOT_SERVED);
    const job: NewJob = { ...what, ...BUILD, by: asking.principal, begunAt: instantNow(clock) };
    const outcome = await records.change<Outcome<RebuildJob>>((record) => {
      // stored by a write whose outcome was not known
      const own = record.jobs.find(({ request }) => request === what.request);
      if (own !== undefined) return { answer: done(own) };
      const after = withNewJob(record, job);
      if (after === undefined) return { answer: failed(inProgress(currentJob(record)?.id)) };
      return { record: after, answer: done(after.jobs.at(-1) as RebuildJob) };
    });
    if (outcome.ok) changed();
    return outcome;
  }

  private async command(text: string, change: (job: RebuildJob) => Outcome<RebuildJob>): Promise<Outcome<RebuildJob>> {
    const outcome = await this.parts.records.change<Outcome<RebuildJob>>((record) => {
      const job = jobOf(record, numberOf(text));
      const after = job === undefined ? failed(unknown(text)) : change(job);
      return after.ok && after.value !== job
        ? { record: withJob(record, after.value), answer: after }
        : { answer: after };
    });
    if (outcome.ok) this.parts.changed();
    return outcome;
  }

  private async find(text: string): Promise<Outcome<Generation>> {
    const number = numberOf(text);
    const found = (await this.parts.views.control.generations()).find((each) => each.number === number);
    return found === undefined ? failed(noGeneration(text)) : done(found);
  }

  private async isServed({ number, documentsVersion }: Generation): Promise<boolean> {
    return (await this.parts.views.control.current(documentsVersion)) === number;
  }

  private async positionOf({ number, state }: Generation): Promise<GenerationStatus['position']> {
    if (state === 'loading') return START;
    try {
      return viewsPosition(await this.parts.views.writer.progress(number)) ?? START;
    } catch (error) {
      // dropped meanwhile
      if (error instanceof GenerationGone) return START;
      throw error;
    }
  }

  private async heardMs(generation: number): Promise<number> {
    return latestHeardMs(await this.parts.views.writer.progress(generation));
  }
}

/** NaN for what is no number of ours. */
function numberOf(text: string): number {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : Number.NaN;
}

const SERVED = 'it is served';

function unknown(text: string): Problem {
  return { code: 'rebuild-unknown', detail: `there is no rebuild ${inMessage(text)}, or it ended long ago` };
}

function noGeneration(text: string): Problem {
  return { code: 'generation-unknown', detail: `there is no generation ${inMessage(text)} of the views` };
}

function over({ id, state }: RebuildJob): Problem {
  return { code: 'rebuild-over', detail: `rebuild ${id} is ${state}` };
}

function inProgress(id: number | undefined): Problem {
  return { code: 'rebuild-in-progress', detail: `rebuild ${id} has not ended: wait for it, or cancel it` };
}

function inUse(generation: number, why: string): Problem {
  return { code: 'generation-in-use', detail: `generation ${generation} is in use: ${why}` };
}

function unfit({ number, state, documentsVersion, foldVersion }: Generation): Problem {
  const detail =
    state === 'ready'
      ? `generation ${number} has documents ${documentsVersion} and fold ${foldVersion}; this build serves ${DOCUMENTS_VERSION} and ${FOLD_VERSION}`
      : `generation ${number} is being made: activate its rebuild`;
  return { code: 'generation-unfit', detail };
}

const NOT_SERVED: Problem = {
  code: 'not-caught-up',
  detail: 'no views of this build are served yet: its projectors rebuild them now; ask again after that',
  retryAfterS: RETRY_S,
};
