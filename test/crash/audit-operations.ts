/** Commands on what a filter found: what was listed is commanded once, and nothing else by the same request. */
import type { OperationEntry } from '#domain';
import type { Ask } from './asks.js';
import type { AuditedEntry, CrashHistory } from './history.js';

interface Result {
  readonly id?: string;
  readonly host?: string;
  readonly position?: string;
  readonly changed?: boolean;
}

/** `tags`: how often a request's tag stands in an entry, by `<where> <tag>`. */
export function auditOperations(
  asks: readonly Ask[],
  { operations }: CrashHistory,
  tags: ReadonlyMap<string, number>,
): readonly string[] {
  const byTag = new Map<string, Map<string, number>>();
  for (const [name, times] of tags) {
    const at = name.lastIndexOf(' ');
    const tag = name.slice(at + 1);
    byTag.set(tag, (byTag.get(tag) ?? new Map<string, number>()).set(name.slice(0, at), times));
  }
  const shaped = [...operations].flatMap(([id, entries]) => shapeOf(id, entries));
  const asked = asks.flatMap((ask) => {
    if (ask.effect.kind !== 'found' || ask.answer === undefined) return [];
    const there = byTag.get(ask.tag) ?? new Map<string, number>();
    const { id, results } = ask.answer.body as { readonly id?: string; readonly results?: readonly Result[] };
    const entries = id === undefined ? undefined : operations.get(id);
    if (id !== undefined && entries === undefined) return [`${ask.tag}: there is no operation ${id}`];
    const commanded = entries === undefined ? ofResults(results ?? []) : ofOperation(entries);
    const unasked = [...there.keys()].filter((thing) => !commanded.has(thing));
    const wrong = [...commanded].flatMap(([thing, isDone]) => {
      const times = there.get(thing) ?? 0;
      // attributes that were so already are not written again
      return isDone === 'perhaps' || times === (isDone ? 1 : 0) ? [] : [`${ask.tag}: ${thing} has it ${times} times`];
    });
    return [...wrong, ...unasked.map((thing) => `${ask.tag}: ${thing} was not found and has it`)];
  });
  const often = asks.flatMap((ask) => {
    if (ask.effect.kind !== 'found') return [];
    return [...(byTag.get(ask.tag) ?? [])].flatMap(([thing, times]) =>
      times > 1 ? [`${ask.tag}: ${thing} has it ${times} times`] : [],
    );
  });
  return [...shaped, ...new Set([...asked, ...often])];
}

type Commanded = ReadonlyMap<string, boolean | 'perhaps'>;

function ofResults(results: readonly Result[]): Commanded {
  return new Map(
    results.map(({ id, host, position, changed }) => [id ?? host ?? '', position !== undefined && changed !== false]),
  );
}

/** Of an operation that is over: of each that it lists whether it was done. */
function ofOperation(entries: readonly AuditedEntry<OperationEntry>[]): Commanded {
  const kinds = entries.map(({ entry }) => entry.kind);
  const listings = entries.flatMap(({ entry }) => (entry.kind === 'OperationListed' ? [entry.ids] : []));
  // of one that was cancelled, those that are not done with are not commanded
  const isCancelled = kinds.includes('OperationCancelled');
  const advanced = kinds.filter((kind) => kind === 'OperationAdvanced').length;
  const listed = isCancelled ? listings.slice(0, advanced) : listings;
  const refused = entries.flatMap(({ entry }) => (entry.kind === 'OperationAdvanced' ? [entry.refused] : []));
  const draft = entries[0]?.entry;
  const isOfHosts = draft?.kind === 'OperationDrafted' && draft.command.kind === 'HostAttributesSet';
  return new Map(
    listed.flatMap((ids, listing) => {
      const not = new Set(refused[listing]?.map(({ nth }) => nth));
      return ids.map((id, nth) => [id, isOfHosts ? 'perhaps' : !not.has(nth)] as const);
    }),
  );
}

/** Drafted, listed, accepted, advanced, each listing once, and over by now, where it was accepted; cancelled, one listing more. */
function shapeOf(id: string, entries: readonly AuditedEntry<OperationEntry>[]): readonly string[] {
  const kinds = entries.map(({ entry }) => entry.kind.slice('Operation'.length));
  const listed = kinds.filter((kind) => kind === 'Listed').length;
  const accepted = kinds.indexOf('Accepted');
  const whole = [
    'Drafted',
    ...Array<string>(listed).fill('Listed'),
    'Accepted',
    ...Array<string>(listed).fill('Advanced'),
  ];
  const cancelled = kinds.indexOf('Cancelled');
  // the acceptance stands before those that were done with by then
  if (cancelled >= 0)
    whole.splice(cancelled, whole.length - cancelled, 'Cancelled', ...whole.slice(cancelled, cancelled + 1));
  const ids = entries.flatMap(({ entry }) => (entry.kind === 'OperationListed' ? entry.ids : []));
  const wanted = accepted < 0 ? whole.slice(0, listed + 1) : whole;
  return [
    ...(kinds.join() === wanted.join() ? [] : [`operation ${id} has ${kinds.join(' ')}`]),
    ...(new Set(ids).size === ids.length ? [] : [`operation ${id} lists something twice`]),
  ];
}
