/**
 * Where ingest reads the name of a host, it asks here for the host's own name (rule 23), and knows no other from then on. What
 * a request means stays what it meant when it first came: all its tries see the names of then.
 */
import { done, eachInTurns, failed, mapInTurns, type EventReport, type Outcome } from '#contracts';
import { isEachItsOwn, ownName, type HostName, type HostNames } from '#domain';
import type { NamesTimeline } from '../../names/names-timeline.js';
import type { IngestRequest } from '../deciding/request.js';
import { problemOfFailure, reasonOf } from '../problems.js';

/** A request without an Idempotency-Key, or a part of a stream: it is tried once. */
export const TRIED_ONCE: Since = { since: undefined };

type Since = Pick<IngestRequest, 'since'>;

export class OwnNames {
  constructor(private readonly timeline: NamesTimeline) {}

  /** What names mean to the request. Throws StreamUnreadable, StoreUnavailable. */
  for({ since }: Since): Promise<HostNames> {
    return since === undefined ? this.timeline.present() : this.timeline.upTo(since);
  }

  /** One for each, in their order: two names may be the same host's. */
  async hosts(named: readonly HostName[], request: Since): Promise<readonly HostName[]> {
    const names = await this.for(request);
    return isEachItsOwn(names) ? named : mapInTurns(named, (name) => ownName(names, name));
  }

  /** Of one event for many hosts (these share the whole's path), those of a host that is named twice count once. */
  async reports(reports: readonly EventReport[], request: Since): Promise<readonly EventReport[]> {
    const names = await this.for(request);
    if (isEachItsOwn(names)) return reports;
    const hosts = new Set<HostName>();
    const own: EventReport[] = [];
    await eachInTurns(reports, (report) => {
      const host = ownName(names, report.host);
      if (report.path === '') {
        if (hosts.has(host)) return;
        hosts.add(host);
      }
      own.push(host === report.host ? report : { ...report, host });
    });
    return own;
  }
}

/** As {@link OwnNames.reports}. Nothing is stored before: where the names cannot be read, the events may be sent again. */
export async function ownReports(
  own: OwnNames,
  reports: readonly EventReport[],
  request: Since,
): Promise<Outcome<readonly EventReport[]>> {
  try {
    return done(await own.reports(reports, request));
  } catch (error) {
    return failed(problemOfFailure({ kind: 'unavailable', reason: reasonOf(error) }));
  }
}
