/** Where the gauges come from: each part's own numbers, asked for on a scrape. */
import type {
  Campaign,
  Operating,
  ProjectionStatus,
  Projector,
  Relay,
  RunningIngest,
  RunningReading,
  Verifying,
  WhatIfs,
} from '#application';
import { START } from '#contracts';
import { msOfInstant, type Instant } from '#domain';
import type { Readiness } from '../readiness.js';
import { MAX_TYPES, OTHER_TYPES } from './figures.js';
import type { Sample, Source } from './metrics.js';

export function ingestFigures(ingest: Pick<RunningIngest, 'waiting' | 'aliases' | 'operating'>): Source {
  return () => {
    const { entries, bytes, commands, unshown } = ingest.waiting();
    const { open, left } = ingest.operating();
    return [
      { name: 'hermes_operations_open', value: open },
      { name: 'hermes_operations_left', value: left },
      { name: 'hermes_append_queue_entries', value: entries },
      { name: 'hermes_append_queue_bytes', value: bytes },
      { name: 'hermes_append_unshown_entries', value: unshown },
      { name: 'hermes_reads_waiting', value: commands, labels: { by: 'ingest' } },
      { name: 'hermes_host_aliases', value: ingest.aliases() },
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

export function readingFigures(reading: Pick<RunningReading, 'waiting' | 'following'>): Source {
  return () => {
    const { followers, questions } = reading.following();
    return [
      { name: 'hermes_reads_waiting', value: reading.waiting(), labels: { by: 'query' } },
      { name: 'hermes_changes_followers', value: followers },
      { name: 'hermes_changes_questions', value: questions },
    ];
  };
}

/** How the fleet's work stands; nothing while no views are served. */
export function campaignFigures(reading: Pick<RunningReading, 'campaign'>): Source {
  return async () => {
    const campaign = await reading.campaign();
    if (campaign === null) return [];
    const { quests, overdue, newestEvent } = campaign;
    return [
      ...openFigures(campaign),
      ...Object.entries(quests).map(([state, value]): Sample => ({ name: 'hermes_quests', value, labels: { state } })),
      { name: 'hermes_quests_overdue', value: overdue },
      ...(newestEvent === null
        ? []
        : [{ name: 'hermes_newest_event_timestamp_seconds', value: secondsOf(newestEvent) } as const]),
    ];
  };
}

/** The types with most open labors, and all others as one: no catalogue makes more series than that. */
function openFigures({ openByType }: Campaign): readonly Sample[] {
  const byMost = [...openByType].sort((a, b) => b.open - a.open || (a.type < b.type ? -1 : 1));
  const others = byMost.splice(MAX_TYPES);
  const shown: { readonly type: string; readonly open: number; readonly oldest: Instant }[] = byMost;
  const [first] = others;
  if (first !== undefined) {
    const open = others.reduce((sum, each) => sum + each.open, 0);
    const oldest = others.reduce((least, each) => (each.oldest < least ? each.oldest : least), first.oldest);
    shown.push({ type: OTHER_TYPES, open, oldest });
  }
  return shown.flatMap(({ type, open, oldest }): Sample[] => [
    { name: 'hermes_open_labors', value: open, labels: { type } },
    { name: 'hermes_oldest_open_labor_timestamp_seconds', value: secondsOf(oldest), labels: { type } },
  ]);
}

function secondsOf(instant: Instant): number {
  return msOfInstant(instant) / 1000;
}

/** The same that `/admin/status` says. */
export function projectionFigures(projector: Pick<Projector, 'questsToCount'>, operating: Operating): Source {
  return async () => [
    { name: 'hermes_quests_behind', value: projector.questsToCount() },
    ...statusFigures(await operating.status()),
  ];
}

function statusFigures(status: ProjectionStatus): readonly Sample[] {
  const { head, generation, partitions, halted, parkedHosts, parkedQuests, hostsBehind } = status;
  return [
    { name: 'hermes_journal_head_position', value: Number(head) },
    { name: 'hermes_projection_halted', value: halted === null ? 0 : 1 },
    { name: 'hermes_parked_hosts', value: parkedHosts },
    { name: 'hermes_parked_quests', value: parkedQuests },
    { name: 'hermes_hosts_behind', value: hostsBehind },
    ...(generation === null ? [] : [{ name: 'hermes_generation', value: generation.number } as const]),
    ...rebuildFigures(status),
    ...partitions.flatMap(({ partition, lagS, lagEntries }): Sample[] => {
      const labels = { partition: String(partition) };
      const lag: Sample = { name: 'hermes_projection_lag_seconds', value: lagS, labels };
      return lagEntries === null ? [lag] : [lag, { name: 'hermes_projection_lag_entries', value: lagEntries, labels }];
    }),
  ];
}

export function verifyingFigures(verifying: Pick<Verifying, 'last'>): Source {
  return () => {
    const last = verifying.last();
    if (last === null) return [];
    const found: Sample = { name: 'hermes_verification_differences', value: last.differences };
    if (last.state !== 'running') return [found];
    return [found, { name: 'hermes_verification_ratio', value: last.percent / 100 }];
  };
}

/** Of several that run, the one that is less far. */
export function whatIfFigures(whatIfs: Pick<WhatIfs, 'progress'>): Source {
  return () => {
    const running = whatIfs.progress();
    return running.length === 0 ? [] : [{ name: 'hermes_what_if_ratio', value: Math.min(...running) / 100 }];
  };
}

function rebuildFigures({ folding, rebuild }: ProjectionStatus): readonly Sample[] {
  const { percent = null, entriesPerS = 0, secondsLeft = null } = folding ?? {};
  const differences = rebuild?.differences ?? null;
  return [
    ...(percent === null ? [] : [{ name: 'hermes_rebuild_ratio', value: percent / 100 } as const]),
    ...(folding === null ? [] : [{ name: 'hermes_rebuild_entries_per_second', value: entriesPerS } as const]),
    ...(secondsLeft === null ? [] : [{ name: 'hermes_rebuild_seconds_left', value: secondsLeft } as const]),
    ...(differences === null ? [] : [{ name: 'hermes_rebuild_differences', value: differences } as const]),
    { name: 'hermes_rebuild_waiting', value: rebuild?.state === 'waiting' ? 1 : 0 },
  ];
}

export function readinessFigures(readiness: Readiness): Source {
  return async () => [{ name: 'hermes_ready', value: (await readiness.look()).reasons.length === 0 ? 1 : 0 }];
}
