/** Clients that keep asking whichever Hermes is up, note every answer, and send again what may be sent again. */
import type { Ask } from './asks.js';
import type { Known } from './known.js';
import type { Mix } from './mix.js';

/** Enough clients that a commit takes several requests: then a kill finds some that are stored and not answered yet. */
const PARALLEL = 12;
/** Far beyond what an answer takes: who waits longer was forgotten. */
const ANSWER_LIMIT_MS = 30_000;
const RETRY_PAUSE_MS = 10;
/** So often, in requests, one looks for labors to act upon. */
const LOOK_EVERY = 15;

/** For stores that are slow. */
export interface Pace {
  /** Clients that ask at once. */
  readonly parallel: number;
  /** So long each of them rests after each request. */
  readonly restMs: number;
  /** Longest wait until everything is answered in the end, with whatever the stores have to catch up with. */
  readonly endMs: number;
}

export class Clients {
  /** Everything that was asked. */
  readonly asks: Ask[] = [];
  /** Answers that no client should get. */
  readonly complaints: string[] = [];
  /** How many answers came, of any kind. */
  answers = 0;
  private readonly unanswered: Ask[] = [];
  private where: () => string | undefined = () => undefined;
  private asking: Promise<unknown> | undefined;
  private ending = false;

  constructor(
    private readonly known: Known,
    private readonly pace: Pace = { parallel: PARALLEL, restMs: 0, endMs: ANSWER_LIMIT_MS },
  ) {}

  /** `where` answers undefined while Hermes is down. */
  isAt(where: () => string | undefined): void {
    this.where = where;
  }

  start(mix: Mix): void {
    this.ending = false;
    this.asking = Promise.all(Array.from({ length: this.pace.parallel }, (_, index) => this.ask(mix, index)));
  }

  /** Asks nothing new, waits for what is on its way, and sends again what must be done in the end. */
  async finish(): Promise<void> {
    this.ending = true;
    await this.asking;
    const end = Date.now() + this.pace.endMs;
    for (let ask = this.unanswered.shift(); ask !== undefined; ask = this.unanswered.shift()) {
      if (Date.now() > end) throw new Error(`not answered in the end: ${ask.method} ${ask.path} (${ask.tag})`);
      await this.send(ask);
    }
  }

  /** Waits for what is on its way; unanswered requests stay so until {@link finish}. */
  async pause(): Promise<void> {
    this.ending = true;
    await this.asking;
  }

  private async ask(mix: Mix, index: number): Promise<void> {
    for (let count = index; !this.ending; count += 1) {
      if (this.where() === undefined) await pause();
      else if (count % LOOK_EVERY === 0) await this.look();
      else await this.send(this.unanswered.shift() ?? this.noted(mix.next()));
      if (this.pace.restMs > 0) await pause(this.pace.restMs);
    }
  }

  private noted(ask: Ask): Ask {
    this.asks.push(ask);
    return ask;
  }

  private async send(ask: Ask): Promise<void> {
    const origin = this.where();
    if (origin === undefined) {
      this.again(ask);
      await pause();
      return;
    }
    ask.attempts += 1;
    ask.askedAtMs = Math.min(ask.askedAtMs, performance.now());
    const answer = await exchange(origin, ask);
    if (answer !== undefined) this.answers += 1;
    // 502: a router lost the connection to the app that worked on it
    if (answer === undefined || answer.status === 502 || answer.status === 503) {
      this.again(ask);
      await pause();
    } else if (answer.status < 300) {
      ask.answer = answer;
      ask.answeredAtMs = performance.now();
      this.learn(ask);
    } else if (!ask.refusals.includes(String((answer.body as { readonly code?: unknown }).code))) {
      this.complaints.push(`${ask.tag}: ${ask.method} ${ask.path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }

  private again(ask: Ask): void {
    if (ask.repeatable || ask.attempts === 0) this.unanswered.push(ask);
  }

  private learn({ effect, answer, former }: Ask): void {
    if (effect.kind === 'aliased')
      this.known.aliases.push({ host: effect.host, name: effect.name, sinceMs: Date.now() });
    if (effect.kind === 'inventory' && effect.gone === null) this.known.inventories.push(effect);
    if (former !== undefined) this.known.formers.set(former.name, former.stage);
    const { id } = answer?.body as { readonly id?: unknown };
    if (effect.kind === 'found' && typeof id === 'string') this.known.operations.push(id);
    if (effect.kind === 'quest') this.known.quests.push((answer?.body as { readonly id: number }).id);
  }

  private async look(): Promise<void> {
    try {
      const response = await fetch(`${this.where() ?? ''}/api/v1/labors?state=open&limit=100`, limited());
      const { items } = (await response.json()) as { readonly items?: readonly { readonly id: string }[] };
      if (items !== undefined) this.known.labors = items.map(({ id }) => id);
    } catch {
      await pause();
    }
  }
}

/** Undefined where no whole answer came. */
async function exchange(
  origin: string,
  { tag, method, path, contentType, body, once }: Ask,
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  try {
    const headers = { 'content-type': contentType, ...(once ? { 'idempotency-key': tag } : {}) };
    const response = await fetch(`${origin}/api/v1${path}`, { method, headers, body, ...limited() });
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}

function limited(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) };
}

function pause(ms = RETRY_PAUSE_MS): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
