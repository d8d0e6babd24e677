/** What would advance something on a host now: judging is asked about each event that may close one of its open labors. */
import { completionsOf } from '../catalogue/rules.js';
import type { Catalogue } from '../catalogue/state.js';
import type { HostName, Instant, TypeName } from '../names.js';
import type { LaborId } from './ids.js';
import { judge } from './judge.js';
import type { HostState, OpenLabor } from './state.js';

/** An event type, and what an event of it would do on the host now (rules 1–6). */
export interface NextEvent {
  readonly type: TypeName;
  /** The labors that it would complete. */
  readonly closes: readonly LaborId[];
  /** Those of them after which a labor of its type would open in their chain. */
  readonly follows: readonly LaborId[];
  /** Whether a labor of its type would open outside a chain. */
  readonly opens: boolean;
  /** The labor on which it would be counted in place of that. */
  readonly absorbedBy: LaborId | null;
}

/** The event types that would close one of these labors now, each once, those of the oldest first; as many as are asked for. */
export function* advancingTypes(catalogue: Catalogue, open: readonly Pick<OpenLabor, 'type'>[]): Generator<TypeName> {
  const types = new Set<TypeName>();
  for (const laborType of new Set(open.map(({ type }) => type))) {
    for (const { type } of completionsOf(catalogue, laborType)) {
      if (types.has(type)) continue;
      types.add(type);
      yield type;
    }
  }
}

/** What an event of the type would do: its type must be in force. */
export function nextEvent(host: HostName, state: HostState, catalogue: Catalogue, type: TypeName): NextEvent {
  const { category = '', state: itsState = '' } = catalogue.types.get(type) ?? {};
  // when, by whom and under which key says nothing about what it does
  const at = state.greatestAt ?? ('1970-01-01T00:00:00.000Z' as Instant);
  const nobodys = { by: null, key: null, note: null, attributes: null, quest: null };
  const event = { kind: 'EventLogged', host, type, category, state: itsState, at, recordedAt: at, ...nobodys } as const;
  const { effects } = judge(state, event, { revision: state.revision + 1, catalogue });
  const closes: LaborId[] = [];
  const follows: LaborId[] = [];
  let opens = false;
  let absorbedBy: LaborId | null = null;
  for (const effect of effects) {
    if (effect.kind === 'absorbed') absorbedBy = effect.labor.id;
    if (effect.kind === 'opened' && effect.labor.chain === effect.labor.id) opens = true;
    if (effect.kind !== 'closed') continue;
    closes.push(effect.labor.id);
    if (effect.followedBy !== null) follows.push(effect.labor.id);
  }
  return { type, closes, follows, opens, absorbedBy };
}
