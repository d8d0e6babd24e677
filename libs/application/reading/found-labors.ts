/** The labors that a question finds: names are resolved, whose turn it is is looked up, hosts are selected, and the views asked. */
import { done, type LaborSort, type Outcome, type Page, type PageRequest } from '#contracts';
import type { Catalogue, Instant } from '#domain';
import type { LaborRow, ViewsReader } from '#ports';
import { actingUser } from './acting-user.js';
import { both } from './host-barrier.js';
import { laborFilter } from './labor-view.js';
import { laborsOfHosts } from './labors-of-hosts.js';
import { byOwnNames, queryOfOwnNames, type NamesSource, type Naming } from './own-names.js';
import { questsCounted } from './quests-counted.js';
import type { ReadBarrier } from './read-barrier.js';
import type { LaborQuestion } from './reading.js';

/** What the question's own fields say of a labor. */
export type PlainQuestion = Omit<LaborQuestion, 'hostQuery' | 'for'>;

/** As of when a question is answered. */
export interface AskedAt {
  readonly generation: number;
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

/** A page of the labors that pass, by any name of their hosts; `change` narrows the question that has own names. */
export async function foundLabors(
  context: NamesSource & { readonly views: Pick<ViewsReader, 'labors' | 'hosts' | 'quests'> },
  { generation, catalogue, now }: AskedAt,
  { hostQuery, for: user, ...question }: Naming<LaborQuestion>,
  page: PageRequest<LaborSort>,
  change: (own: PlainQuestion) => PlainQuestion = (own) => own,
): Promise<Outcome<Page<LaborRow>>> {
  const { views } = context;
  const own = await byOwnNames<PlainQuestion>(context, generation, question);
  const acting = user === undefined ? undefined : await actingUser(views, generation, user);
  if (acting?.ok === false) return acting;
  const filter = { ...laborFilter(change(own), catalogue, now), ...(acting && { for: acting.value }) };
  const query = hostQuery && (await queryOfOwnNames(context, generation, hostQuery));
  return query === undefined
    ? done(await views.labors(generation, filter, page))
    : laborsOfHosts(views, { generation, filter, query }, page);
}

/** Where the question is for a user, also until the quests are counted: it asks which of them are open. */
export function forUser(
  views: Pick<ViewsReader, 'questsBehind'>,
  question: LaborQuestion,
  barrier: ReadBarrier | null,
): ReadBarrier | null {
  return question.for === undefined ? barrier : both(barrier, questsCounted(views, null));
}
