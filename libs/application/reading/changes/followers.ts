/** The followers, by their questions: equal questions are judged once, and what is sent to all who ask one is one object. */
import { turn } from '#contracts';
import { Share } from '../../share.js';
import type { LaborQuestion } from '../reading.js';
import type { Change, ChangesFigures, ChangesPlace, Follower, FollowingEnd, Notice } from './change.js';
import { Judge } from './judge.js';

/** Different questions at once: each is judged apart. One holder has at most three quarters of them. */
const MOST_QUESTIONS = 1000;
/** Followers that get something in one turn of the loop. */
const SENT_PER_TURN = 100;

export interface Member {
  readonly group: Group;
  readonly follower: Follower;
  readonly holder: string;
  /** Whether it is being brought up to a place: until then it gets none that others get. */
  isCatchingUp: boolean;
  hasLeft: boolean;
}

export interface Group {
  readonly key: string;
  readonly judge: Judge;
  readonly members: Set<Member>;
  /** In whose share the question is counted. */
  readonly holder: string;
}

export class Followers {
  private readonly groups = new Map<string, Group>();
  private readonly share: Share;
  private readonly questions = new Share(MOST_QUESTIONS);

  /** As many may follow, one holder's at most three quarters of them. */
  constructor(most: number) {
    this.share = new Share(most);
  }

  get size(): number {
    return this.share.size;
  }

  get figures(): ChangesFigures {
    return { followers: this.share.size, questions: this.groups.size };
  }

  all(): readonly Group[] {
    return [...this.groups.values()];
  }

  /** Undefined where too many follow, or ask different things. */
  join(question: LaborQuestion, holder: string, follower: Follower, isCatchingUp: boolean): Member | undefined {
    if (!this.share.take(holder)) return undefined;
    const key = keyOf(question);
    const group = this.groups.get(key) ?? this.newGroup(key, question, holder);
    if (group === undefined) {
      this.share.give(holder);
      return undefined;
    }
    const member: Member = { group, follower, holder, isCatchingUp, hasLeft: false };
    group.members.add(member);
    return member;
  }

  leave(member: Member): void {
    if (member.hasLeft) return;
    member.hasLeft = true;
    const { group, holder } = member;
    this.share.give(holder);
    group.members.delete(member);
    if (group.members.size > 0) return;
    this.groups.delete(group.key);
    this.questions.give(group.holder);
  }

  end(why: FollowingEnd): void {
    for (const { members } of this.all()) for (const { follower } of [...members]) follower.end(why);
  }

  private newGroup(key: string, question: LaborQuestion, holder: string): Group | undefined {
    if (!this.questions.take(holder)) return undefined;
    const group: Group = { key, judge: new Judge(question), members: new Set(), holder };
    this.groups.set(key, group);
    return group;
  }
}

/** Sends all members of the groups what `noticeOf` says of theirs, in turns with other requests: there may be very many. */
export async function send(
  groups: readonly Group[],
  noticeOf: (group: Group) => { readonly changes: readonly Change[]; readonly place: ChangesPlace | null } | undefined,
  reset = false,
): Promise<void> {
  let inTurn = 0;
  for (const group of groups) {
    const said = noticeOf(group);
    if (said === undefined) continue;
    const notice: Notice = { reset, ...said };
    const withoutPlace: Notice = { ...notice, place: null };
    for (const member of [...group.members]) {
      if (member.hasLeft) continue;
      if (!member.isCatchingUp) member.follower.take(notice);
      // also where it is empty: its connection is seen to be alive
      else member.follower.take(withoutPlace);
      inTurn += 1;
      if (inTurn % SENT_PER_TURN === 0) await turn();
    }
  }
}

/** The same for equal questions: fields by name, values in one order. */
function keyOf(question: LaborQuestion): string {
  const fields = Object.entries(question) as (readonly [string, unknown])[];
  const alike = fields.map(([name, value]): readonly [string, unknown] => [
    name,
    Array.isArray(value) ? [...new Set(value.map(String))].sort() : value,
  ]);
  return JSON.stringify(alike.sort(([a], [b]) => (a < b ? -1 : 1)));
}
