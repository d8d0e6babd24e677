/**
 * The order in which a process stops: intake (HTTP, the inbound topic, then ingest), relay, projector (its consumer, then itself), what
 * others know it by, traces, stores.
 * Nest runs `onModuleDestroy` before HTTP stops, so nothing is closed there. Each step that fails is logged, and the next is done.
 */
import { setMaxListeners } from 'node:events';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Log } from '#application';

/** How long requests in flight may take before their connections are cut. */
export const DRAIN_MS = 10_000;

const IDLE_LOOK_MS = 20;

export type ShutdownStage = 'inbound' | 'intake' | 'relay' | 'projector' | 'presence' | 'traces' | 'stores';

type Stop = () => Promise<void> | void;

export class Shutdown implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly steps: { readonly stage: ShutdownStage; readonly name: string; readonly stop: Stop }[] = [];
  private readonly aborter = new AbortController();

  constructor(
    private readonly adapter: FastifyAdapter,
    private readonly log: Log,
    private readonly drainMs = DRAIN_MS,
  ) {
    // whatever waits listens to it, and how many may wait is bounded elsewhere
    setMaxListeners(0, this.aborter.signal);
  }

  /** Aborts when stopping begins: for waits and rebuilds. */
  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  /** Steps of one stage are done in the order they were added. */
  add(stage: ShutdownStage, name: string, stop: Stop): void {
    this.steps.push({ stage, name, stop });
  }

  /** Nest closes the feed's consumer after this, and before {@link onApplicationShutdown}. */
  async beforeApplicationShutdown(): Promise<void> {
    this.aborter.abort();
    await this.run('http', () => this.closeHttp());
    // its batches in flight still ask ingest
    await this.runStage('inbound');
    await this.runStage('intake');
    await this.runStage('relay');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runStage('projector');
    // until then it has written and judged entries
    await this.runStage('presence');
    await this.runStage('traces');
    await this.runStage('stores');
  }

  private async closeHttp(): Promise<void> {
    const { server } = this.adapter.getInstance();
    // Node closes the connections that are idle now; the others would be kept alive after their answer
    const idle = setInterval(() => {
      server.closeIdleConnections();
    }, IDLE_LOOK_MS);
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, this.drainMs);
    try {
      await this.adapter.close();
    } finally {
      clearInterval(idle);
      clearTimeout(cut);
    }
  }

  private async runStage(stage: ShutdownStage): Promise<void> {
    for (const step of this.steps) {
      if (step.stage === stage) await this.run(step.name, step.stop);
    }
  }

  private async run(name: string, stop: Stop): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.log.error('a part did not stop cleanly', { part: name, err: error });
    }
  }
}
