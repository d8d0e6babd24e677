/** Judging (rules 1–9, 11, 13–15, 18, 22–25): the pure fold of a host's entries, the one that everything derived comes from. */
import { rulesOf, type TypeRules } from '../catalogue/rules.js';
import type { Catalogue } from '../catalogue/state.js';
import type { Revision } from '../names.js';
import type { EventLogged, HostEntry, LaborCommandLogged, LaborNoted } from './entries.js';
import { laborId } from './ids.js';
import {
  eventRedacted,
  hostClaimed,
  hostCommanded,
  hostTakenOut,
  inventoried,
  questEnded,
  type Commanded,
} from './judge-host-command.js';
import { moved } from './moved.js';
import { originOf } from './origin.js';
import { reopened, waived, waivedBy } from './waived.js';
import { keyHash } from './key-hash.js';
import { KEY_WINDOW, MAX_OPEN, MAX_OPEN_PER_TYPE } from './state.js';
import type { HostEffect, HostState, Judgement, KeyMark, OpenLabor, Origin } from './state.js';

/**
 * Stored with each generation of views (P7). Raise it with every change after which the same entries could give another
 * state, effect or flag: a rule, an order, a limit, the key hash, a field of HostState. Views of another version are
 * rebuilt.
 */
export const FOLD_VERSION = 6;

export interface JudgeContext {
  /** The entry's place in its stream; that after the state's. */
  readonly revision: Revision;
  /** As of the entry's place in the journal: all catalogue entries before it (rule 8). */
  readonly catalogue: Catalogue;
}

const NO_EFFECTS: readonly HostEffect[] = [];

/** Applies `entry` to the host. Never throws; the given state is not changed. */
export function judge(state: HostState, entry: HostEntry, context: JudgeContext): Judgement {
  switch (entry.kind) {
    case 'EventLogged':
      return judgeEvent(state, entry, context);
    case 'HostAttributesSet':
    case 'HostRetired':
      return judgedAs(hostCommanded(state, entry), context);
    case 'HostImported':
    case 'HostMissing':
      return judgedAs(inventoried(state, entry), context);
    case 'QuestEnded':
    case 'QuestLaborsEnded':
      return judgedAs(questEnded(state, entry), context);
    case 'QuestLeft':
      return judgedAs(hostTakenOut(state, entry), context);
    case 'LaborsClaimed':
      return judgedAs(hostClaimed(state, entry), context);
    case 'EventRedacted':
      return judgedAs(eventRedacted(state, entry), context);
    default:
      return judgedAs(commanded(state, entry), context);
  }
}

function judgeEvent(state: HostState, entry: EventLogged, { revision, catalogue }: JudgeContext): Judgement {
  const events = state.events + 1;
  const hash = keyHash(entry);
  const keys = keysAfter(state.keys, events, hash);
  const { greatestAt } = state;
  if (hash !== null && hasKey(state.keys, hash)) {
    const after: HostState = { ...state, revision, events, keys };
    return { state: after, effects: NO_EFFECTS, late: false, duplicate: true };
  }
  const late = greatestAt !== null && entry.at < greatestAt;
  const rules = rulesOf(catalogue, entry.type, entry.category);
  const effects: HostEffect[] = [];
  const origin: Origin = { at: entry.at, by: entry.by, principal: entry.principal ?? null, note: entry.note };
  if (entry.quest !== null) effects.push({ kind: 'joined', quest: entry.quest, origin });
  const open = rules ? openAndClose(state.open, { entry, revision, origin }, rules, effects) : state.open;
  const heardAt = late ? greatestAt : entry.at;
  const after: HostState = { ...state, revision, events, greatestAt: heardAt, keys, retired: null, open };
  return { state: after, effects: effects.length === 0 ? NO_EFFECTS : effects, late, duplicate: false };
}

interface Judged {
  readonly entry: EventLogged;
  readonly revision: Revision;
  readonly origin: Origin;
}

/** Rule 5: read the open labors, then open, close, chain. Returns the labors open afterwards; pushes the effects in that order. */
function openAndClose(
  before: readonly OpenLabor[],
  event: Judged,
  rules: TypeRules,
  effects: HostEffect[],
): readonly OpenLabor[] {
  const { entry, revision, origin } = event;
  const { type } = entry;
  const opened = openOrAbsorb(before, event, rules, effects);
  if (rules.closes.size === 0 || before.length === 0) return opened ? [...before, opened] : before;
  const left: OpenLabor[] = [];
  const followUps: OpenLabor[] = [];
  for (const labor of before) {
    const closing = rules.closes.get(labor.type);
    if (!closing) {
      left.push(labor);
      continue;
    }
    if (!closing.followUp) {
      effects.push({ kind: 'closed', labor, how: 'completed', type, origin, fate: closing.fate, followedBy: null });
      continue;
    }
    const id = laborId(entry.host, revision, followUps.length + 1);
    const followUp: OpenLabor = { id, type, quest: labor.quest, chain: labor.chain, earlier: labor.earlier + 1 };
    followUps.push(followUp);
    effects.push({ kind: 'closed', labor, how: 'completed', type, origin, fate: closing.fate, followedBy: id });
    effects.push({ kind: 'opened', labor: followUp, ...closing.followUp, origin });
  }
  if (left.length === before.length && !opened) return before;
  if (opened) left.push(opened);
  // Not push(...followUps): a host may hold more labors than a call takes arguments.
  for (const followUp of followUps) left.push(followUp);
  return left;
}

/** Rules 1 and 6. Answers the labor that opened, if one did. */
function openOrAbsorb(
  before: readonly OpenLabor[],
  { entry, revision, origin }: Judged,
  rules: TypeRules,
  effects: HostEffect[],
): OpenLabor | null {
  if (!rules.opens) return null;
  const seen = candidates(before, entry, rules);
  const chosen = seen.isFull ? (seen.own ?? seen.oldest) : absorber(seen, entry, rules);
  if (chosen) effects.push({ kind: 'absorbed', labor: chosen, origin, overflow: seen.isFull });
  if (chosen || seen.isFull) return null;
  const id = laborId(entry.host, revision, 0);
  const labor: OpenLabor = { id, type: entry.type, quest: entry.quest, chain: id, earlier: 0 };
  effects.push({ kind: 'opened', labor, fate: rules.opens.fate, actors: rules.opens.actors, origin });
  return labor;
}

/** The open labors of the event's type, as rule 6 asks for them. */
interface Candidates {
  /** Rule 6, the bound: as many are open as may be, of the type or in all, those counted that the event closes. */
  readonly isFull: boolean;
  /** Of those that it does not close: the oldest, and the oldest of the event's quest. */
  readonly oldest: OpenLabor | null;
  readonly own: OpenLabor | null;
}

function candidates(open: readonly OpenLabor[], { type, quest }: EventLogged, rules: TypeRules): Candidates {
  // without absorption and far from the bound nothing needs to be looked for
  if (!rules.absorbs && open.length < MAX_OPEN_PER_TYPE) return { isFull: false, oldest: null, own: null };
  // an event closes all labors of a type or none
  const closesThem = rules.closes.has(type);
  let ofType = 0;
  let oldest: OpenLabor | null = null;
  let own: OpenLabor | null = null;
  for (const labor of open) {
    if (labor.type !== type) continue;
    ofType += 1;
    if (closesThem) continue;
    oldest ??= labor;
    if (quest !== null && labor.quest === quest) own ??= labor;
  }
  return { isFull: ofType >= MAX_OPEN_PER_TYPE || open.length >= MAX_OPEN, oldest, own };
}

/** Rule 6 below the bound: the labor on which `absorb` counts the event; a quest's own event only on one of its quest. */
function absorber({ oldest, own }: Candidates, { quest }: EventLogged, rules: TypeRules): OpenLabor | null {
  if (!rules.absorbs) return null;
  return quest === null ? oldest : own;
}

function judgedAs({ after, effects }: Commanded, { revision }: JudgeContext): Judgement {
  return { state: { ...after, revision }, effects, late: false, duplicate: false };
}

/** Rules 13 to 15: on a labor that is not open here, nothing; but a note is for any labor of the host, and a waive can be taken back. */
function commanded(state: HostState, entry: LaborCommandLogged): Commanded {
  const labor = state.open.find(({ id }) => id === entry.labor);
  const without = { after: state, effects: NO_EFFECTS };
  switch (entry.kind) {
    case 'LaborNoted':
      return entry.labor.startsWith(`${entry.host}~`) ? { after: state, effects: [noted(entry)] } : without;
    case 'LaborReopened': {
      const after = reopened(state, entry.labor);
      if (after.kind !== 'reopened') return without;
      const origin = originOf(entry, entry.reason);
      return { after: after.state, effects: [{ kind: 'reopened', labor: after.labor, origin }] };
    }
    case 'LaborWaived': {
      if (labor === undefined) return without;
      return { after: waived(state, labor), effects: [waivedBy(originOf(entry, entry.reason), labor)] };
    }
    case 'LaborAdopted': {
      const after = moved(state, entry.labor, entry.quest);
      if (after.kind !== 'moved') return without;
      const origin = originOf(entry, null);
      return { after: after.state, effects: [{ kind: 'moved', labor: after.labor, from: after.from, origin }] };
    }
    case 'LaborAcknowledged':
      if (labor === undefined) return without;
      return { after: state, effects: [{ kind: 'acknowledged', labor, origin: originOf(entry, entry.note) }] };
    case 'LaborAssigned':
      if (labor === undefined) return without;
      return {
        after: state,
        effects: [{ kind: 'assigned', labor, to: entry.to, origin: originOf(entry, entry.note) }],
      };
  }
}

function noted(entry: LaborNoted): HostEffect {
  return { kind: 'noted', labor: { id: entry.labor }, origin: originOf(entry, entry.text) };
}

function hasKey(keys: readonly KeyMark[], hash: string): boolean {
  for (const mark of keys) if (mark.hash === hash) return true;
  return false;
}

/** The keys of the last {@link KEY_WINDOW} events, the `events`-th included; a repeat's too, for it is an event like any. */
function keysAfter(keys: readonly KeyMark[], events: number, hash: string | null): readonly KeyMark[] {
  const oldest = events - KEY_WINDOW + 1;
  let gone = 0;
  for (let mark = keys[0]; mark !== undefined && mark.event < oldest; mark = keys[gone]) gone += 1;
  if (hash === null) return gone === 0 ? keys : keys.slice(gone);
  const kept = gone === 0 ? keys.slice() : keys.slice(gone);
  kept.push({ event: events, hash });
  return kept;
}
