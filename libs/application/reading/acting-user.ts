/**
 * What is a user's, as lists of labors that are for the user need it: the hosts whose attribute `owner` it is, and the quests
 * that the user created. It is looked up when a list is read: an owner changes without the labor.
 */
import {
  attributeTerm,
  done,
  failed,
  type ActingUser,
  type LaborDocument,
  type Outcome,
  type QueriedHost,
  type QuestRecord,
} from '#contracts';
import type { ViewsReader } from '#ports';

/** The attribute of hosts that names who is meant by the actor `owner`. */
const OWNER = 'owner';
/** Of hosts with open labors, and of quests that are open: as many are looked for. */
export const MOST_OF_USER = 1000;

/** `too-broad` */
export async function actingUser(
  views: Pick<ViewsReader, 'hosts' | 'quests'>,
  generation: number,
  user: string,
): Promise<Outcome<ActingUser>> {
  const page = { limit: MOST_OF_USER, after: null, count: false } as const;
  const [hosts, quests] = await Promise.all([
    views.hosts(generation, { attribute: [attributeTerm(OWNER, user)], open: true }, { ...page, sort: 'host' }),
    // no labor of another quest is open, but of one that was abandoned just now
    views.quests(generation, { creator: [user], state: ['embarking', 'open'] }, { ...page, sort: '-id' }),
  ]);
  if (hosts.next !== null) return tooBroad(`more than ${MOST_OF_USER} hosts with open labors`);
  if (quests.next !== null) return tooBroad(`more than ${MOST_OF_USER} open quests`);
  return done({
    user,
    hosts: hosts.items.map(({ host }) => host),
    quests: quests.items.map(({ quest }) => quest),
  });
}

/**
 * The same, as far as it concerns one open labor: of its host and its quest, undefined where these are not known. Whether the
 * quest is open its phase may say a moment later than the labor.
 */
export function actingOn(
  { host, quest }: Pick<LaborDocument, 'host' | 'quest'>,
  user: string,
  ofHost: QueriedHost | undefined,
  ofQuest: { readonly record: Pick<QuestRecord, 'state'> | null } | undefined,
): ActingUser {
  const isOwner = ofHost?.terms.includes(attributeTerm(OWNER, user)) === true;
  const state = ofQuest?.record?.state ?? null;
  const isCreator = state !== null && state.creator === user && state.abandoned === null;
  return { user, hosts: isOwner ? [host] : [], quests: isCreator && quest !== null ? [quest] : [] };
}

function tooBroad(what: string): Outcome<ActingUser> {
  const detail = `${what} are this user's: ask for parts of them, by hostQuery with sort=host and actor=owner, or by quest and actor=creator`;
  return failed({ code: 'too-broad', detail });
}
