/**
 * Drops generations of earlier versions, and those that were rebuilt since, once no projector follows them any more. A projector
 * that follows a generation hears its partitions every second, and stores that: one last heard long before the served one, whose
 * heartbeat this process has not seen move either, has no follower. Of the served one's own version the former generation stays,
 * until an operator drops it or a later one takes its place: it can be served again (R7).
 */
import { DOCUMENTS_VERSION, latestHeardMs, type Generation } from '#contracts';
import type { Views } from '#ports';
import type { Log } from '../log.js';

/** So long an earlier generation is kept for processes of its version that may come back, and for their readers. */
export const KEEP_MS = 60 * 60_000;
/** Clocks differ and are set: a heartbeat must also be seen unchanged for this long by our own monotonic clock. A follower moves it every second. */
const SILENT_MS = 30_000;

interface Silence {
  readonly heardAtMs: number;
  readonly sinceMs: number;
}

/** To be called now and then: drops what it has seen silent for long enough. */
export class GenerationRetirement {
  /** Of the earlier generations that there were at the last look. */
  private silences = new Map<number, Silence>();

  constructor(
    private readonly views: Views,
    private readonly log: Log,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** `worked`: the generation that a rebuild writes, if one runs. Throws as the views do. */
  async look(worked: number | null = null): Promise<void> {
    const { control, writer } = this.views;
    const generations = await control.generations();
    const current = await control.current(DOCUMENTS_VERSION);
    const served = generations.find(({ number }) => number === current);
    if (served === undefined) return;
    const servedAtMs = latestHeardMs(await writer.progress(served.number));
    const silences = new Map<number, Silence>();
    const former = await this.formerOf(served, generations);
    for (const { number, state } of generations.filter((each) => isEarlier(each, served))) {
      if (number === former || number === worked) continue;
      const isLoading = state === 'loading';
      const silence = this.silenceOf(number, isLoading ? 0 : latestHeardMs(await writer.progress(number)));
      silences.set(number, silence);
      if (servedAtMs - silence.heardAtMs < KEEP_MS) continue;
      const silentMs = this.monotonicMs() - silence.sinceMs;
      // who loads it is not heard: it has as long as one that was followed
      if (isLoading && silentMs < KEEP_MS) continue;
      // one that was never heard has no follower, whatever the clocks say
      if (silence.heardAtMs > 0 && silentMs < SILENT_MS) continue;
      await control.dropGeneration(number);
      this.log.info('views of an earlier version are dropped', { generation: number });
    }
    this.silences = silences;
  }

  /** The one that was followed last: which was served before, whatever the order of their numbers. */
  private async formerOf(served: Generation, all: readonly Generation[]): Promise<number | null> {
    let former: { readonly number: number; readonly heardMs: number } | null = null;
    for (const each of all) {
      if (each.number === served.number || each.state !== 'ready' || !isOfVersion(each, served)) continue;
      const heardMs = latestHeardMs(await this.views.writer.progress(each.number));
      if (former === null || heardMs >= former.heardMs) former = { number: each.number, heardMs };
    }
    return former?.number ?? null;
  }

  private silenceOf(generation: number, heardAtMs: number): Silence {
    const known = this.silences.get(generation);
    return known?.heardAtMs === heardAtMs ? known : { heardAtMs, sinceMs: this.monotonicMs() };
  }
}

function isEarlier(each: Generation, served: Generation): boolean {
  if (each.documentsVersion !== served.documentsVersion) return each.documentsVersion < served.documentsVersion;
  if (each.foldVersion !== served.foldVersion) return each.foldVersion < served.foldVersion;
  if (each.number === served.number) return false;
  // served once, or made before the served one; a later one that was never served is a rebuild's
  return each.state === 'ready' || (each.state === 'folding' && each.number < served.number);
}

function isOfVersion(each: Generation, { documentsVersion, foldVersion }: Generation): boolean {
  return each.documentsVersion === documentsVersion && each.foldVersion === foldVersion;
}
