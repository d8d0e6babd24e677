/** Counts requests by route: the counter of a route, method and status is looked up once, not hashed for every request. */
import type { Counter, Histogram } from 'prom-client';

interface RouteFigures {
  readonly duration: Histogram.Internal<string>;
  readonly byStatus: Map<number, Counter.Internal>;
}

/** For paths that nothing serves, whatever they are. */
const NO_ROUTE = 'none';
const ANY_METHOD = 'any';

export class RequestFigures {
  private readonly routes = new Map<string, RouteFigures>();

  constructor(
    private readonly requests: Counter,
    private readonly durations: Histogram,
  ) {}

  answered(method: string, route: string | undefined, status: number, durationMs: number): void {
    const labels =
      route === undefined ? { method: ANY_METHOD, route: NO_ROUTE } : { method, route: route === '' ? '/' : route };
    const key = `${labels.method} ${labels.route}`;
    let figures = this.routes.get(key);
    if (figures === undefined) {
      figures = { duration: this.durations.labels(labels), byStatus: new Map() };
      this.routes.set(key, figures);
    }
    let count = figures.byStatus.get(status);
    if (count === undefined) {
      count = this.requests.labels({ ...labels, status: String(status) });
      figures.byStatus.set(status, count);
    }
    count.inc();
    figures.duration.observe(durationMs / 1000);
  }
}
