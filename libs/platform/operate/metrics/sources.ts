/** Where the gauges come from: each part's own numbers, asked for on a scrape. */
import type { Operating, ProjectionStatus, Projector, Relay, RunningIngest, RunningReading } from '#application';
import { START } from '#contracts';
import type { Readiness } from '../readiness.js';
import type { Sample, Source } from './metrics.js';

export function ingestFigures(ingest: Pick<RunningIngest, 'waiting'>): Source {
  return () => {
    const { entries, bytes, commands } = ingest.waiting();
    return [
      { name: 'hermes_append_queue_entries', value: entries },
      { name: 'hermes_append_queue_bytes', value: bytes },
      { name: 'hermes_reads_waiting', value: commands, labels: { by: 'ingest' } },
    ];
  };
}

export function relayFigures(relay: Pick<Relay, 'place' | 'withheld'>): Source {
  return () => {
    const place = relay.place();
    const withheld: Sample = { name: 'hermes_relay_withheld', value: relay.withheld() === null ? 0 : 1 };
    if (place === null) return [withheld];
    return [
      withheld,
      ...(place.position === START ? [] : [{ name: 'hermes_relay_position', value: Number(place.position) } as const]),
      { name: 'hermes_relay_entries', value: place.number },
    ];
  };
}

export function readingFigures(reading: Pick<RunningReading, 'waiting'>): Source {
  return () => [{ name: 'hermes_reads_waiting', value: reading.waiting(), labels: { by: 'query' } }];
}

/** The same that `/admin/status` says. */
export function projectionFigures(projector: Pick<Projector, 'questsToCount'>, operating: Operating): Source {
  return async () => [
    { name: 'hermes_quests_to_count', value: projector.questsToCount() },
    ...statusFigures(await operating.status()),
  ];
}

function statusFigures(status: ProjectionStatus): readonly Sample[] {
  const { head, generation, partitions, folding, halted, parkedHosts, parkedQuests, hostsBehind } = status;
  return [
    { name: 'hermes_journal_head_position', value: Number(head) },
    { name: 'hermes_projection_halted', value: halted === null ? 0 : 1 },
    { name: 'hermes_parked_hosts', value: parkedHosts },
    { name: 'hermes_parked_quests', value: parkedQuests },
    { name: 'hermes_hosts_behind', value: hostsBehind },
    ...(generation === null ? [] : [{ name: 'hermes_generation', value: generation.number } as const]),
    ...(folding === null || folding.percent === null
      ? []
      : [{ name: 'hermes_rebuild_ratio', value: folding.percent / 100 } as const]),
    ...partitions.flatMap(({ partition, lagS, lagEntries }): Sample[] => {
      const labels = { partition: String(partition) };
      const lag: Sample = { name: 'hermes_projection_lag_seconds', value: lagS, labels };
      return lagEntries === null ? [lag] : [lag, { name: 'hermes_projection_lag_entries', value: lagEntries, labels }];
    }),
  ];
}

export function readinessFigures(readiness: Readiness): Source {
  return async () => [{ name: 'hermes_ready', value: (await readiness.reasons()).length === 0 ? 1 : 0 }];
}
