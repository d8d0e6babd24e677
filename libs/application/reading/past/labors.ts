/**
 * Labors as they were (R11), by the place of their opening. What their own documents do not say (whether their quest was overdue,
 * whose turn they were) is looked up for each of a page: then its work is bounded, and a page may be short, even empty.
 */
import {
  aboutAsOf,
  attributeTerms,
  done,
  failed,
  isQuestOverdue,
  laborPasses,
  type AsOf,
  type CursorKey,
  type LaborAsOfFilter,
  type LaborDocument,
  type LaborPlaceSort,
  type LaborSort,
  type Outcome,
  type Page,
  type PageRequest,
  type QueriedHost,
} from '#contracts';
import type { Catalogue, HostName, Instant, QuestId } from '#domain';
import type { LaborAsOfRow, ViewsReader } from '#ports';
import { actingOn } from '../acting-user.js';
import type { PlainQuestion } from '../found-labors.js';
import { laborFilter } from '../labor-view.js';
import { byOwnNames, type NamesSource, type Naming } from '../own-names.js';
import type { LaborQuestion } from '../reading.js';
import { recordAsOf, type PastRecord } from './quests.js';
import { notAsOf } from './not-as-of.js';

export type LaborPastReader = Pick<ViewsReader, 'laborsAsOf' | 'host' | 'quest' | 'questEntries'>;

/** As of when a question is answered. */
export interface PastAsked extends NamesSource {
  readonly generation: number;
  readonly asOf: AsOf;
  readonly catalogue: Catalogue;
}

/** Pages that are looked through for one, where most of what they hold does not pass. */
const MOST_PAGES = 10;
/** Labors that are looked up side by side. */
const AT_ONCE = 50;

/** Labors of the past have no other order than that of their places: any other sort is the first of these. */
export function placeSort(sort: LaborSort | LaborPlaceSort): LaborPlaceSort {
  return sort === 'openedPlace' ? sort : '-openedPlace';
}

/** A page of the labors that passed, by any name of their hosts then; `validation-failed` for what is not known of the past. */
export async function pastLabors(
  views: LaborPastReader,
  asked: PastAsked,
  { hostQuery, for: user, overdue, ...question }: Naming<LaborQuestion>,
  { count, sort: by, limit, after }: PageRequest<LaborSort | LaborPlaceSort>,
  change: (own: PlainQuestion) => PlainQuestion = (own) => own,
): Promise<Outcome<Page<LaborAsOfRow>>> {
  if (hostQuery !== undefined) return failed(notAsOf('hostQuery', 'hosts of labors are named, not selected'));
  if (count !== false) return failed(notAsOf('count', 'no total is known'));
  const { generation, asOf, catalogue } = asked;
  const own = await byOwnNames<PlainQuestion>(asked, generation, question);
  const { overdue: _, for: __, ...filter } = laborFilter(change(own), catalogue, asOf.now);
  const page = { sort: placeSort(by), limit, after };
  if (user === undefined && overdue === undefined)
    return done(await views.laborsAsOf(generation, asOf.position, filter, page));
  const beside = new Beside(views, generation, asOf);
  const isOpen = user !== undefined || overdue === true;
  const narrowed = isOpen ? { ...filter, state: (filter.state ?? OPEN).filter((state) => state === 'open') } : filter;
  return done(await passing(views, asked, narrowed, page, (labor) => beside.passes(labor, { user, overdue })));
}

const OPEN: readonly LaborDocument['state'][] = ['open'];

async function passing(
  views: Pick<LaborPastReader, 'laborsAsOf'>,
  { generation, asOf }: PastAsked,
  filter: LaborAsOfFilter,
  { sort, limit, after }: Omit<PageRequest<LaborPlaceSort>, 'count'>,
  passes: (labor: LaborDocument) => Promise<boolean>,
): Promise<Page<LaborAsOfRow>> {
  const items: LaborAsOfRow[] = [];
  let next: CursorKey | null = after;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = { sort, limit: limit - items.length, after: next };
    const found: Page<LaborAsOfRow> = await views.laborsAsOf(generation, asOf.position, filter, page);
    for (let first = 0; first < found.items.length; first += AT_ONCE) {
      const some = found.items.slice(first, first + AT_ONCE);
      const answers = await Promise.all(some.map(({ labor }) => passes(labor)));
      items.push(...some.filter((_, index) => answers[index]));
    }
    ({ next } = found);
    if (next === null || items.length >= limit) break;
  }
  return { items, next };
}

/** What stands beside a labor, as it was: each host and quest is looked up once for a page. */
class Beside {
  private readonly hosts = new Map<HostName, Promise<QueriedHost | undefined>>();
  private readonly quests = new Map<QuestId, Promise<PastRecord | undefined>>();

  constructor(
    private readonly views: LaborPastReader,
    private readonly generation: number,
    private readonly asOf: AsOf,
  ) {}

  async passes(
    labor: LaborDocument,
    { user, overdue }: { readonly user: string | undefined; readonly overdue: boolean | undefined },
  ): Promise<boolean> {
    const record = labor.quest === null ? undefined : await this.questOf(labor.quest);
    const acting =
      user === undefined ? undefined : actingOn(labor, user, await this.hostOf(labor.host), record && { record });
    const { now } = this.asOf;
    const filter = {
      ...(acting && { for: acting }),
      ...(overdue === undefined ? {} : { overdue: { is: overdue, now } }),
    };
    return laborPasses(labor, filter, () => record !== undefined && wasDue(record, now));
  }

  private hostOf(host: HostName): Promise<QueriedHost | undefined> {
    return once(this.hosts, host, async () => {
      const document = await this.views.host(this.generation, host);
      if (document === undefined) return undefined;
      const { attributes, retired } = aboutAsOf(document, this.asOf.position);
      return { host, terms: attributeTerms(attributes), open: [], retired: retired !== null };
    });
  }

  private questOf(quest: QuestId): Promise<PastRecord | undefined> {
    return once(this.quests, quest, async () => {
      const document = await this.views.quest(this.generation, quest);
      return document && (await recordAsOf(this.views, this.generation, document, this.asOf.position)).record;
    });
  }
}

/** Whether the quest of a labor that was open was overdue: with an open labor it is open, embarking or abandoned. */
function wasDue(record: PastRecord, now: Instant): boolean {
  return isQuestOverdue({ record, recount: null }, now);
}

function once<K, T>(known: Map<K, Promise<T>>, key: K, look: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? look();
  known.set(key, found);
  return found;
}
