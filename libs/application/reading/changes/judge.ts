/**
 * Which changes a question selects: labors as lists filter them, by the labor itself first, and then by what must be looked at
 * beside it; quests where it asks for nothing but quests, or for all.
 */
import {
  hostMatches,
  isQuestOverdue,
  laborPasses,
  queryByOwnNames,
  type HostQuery,
  type LaborDocument,
  type LaborFilter,
  type QueriedHost,
  type QuestDocument,
} from '#contracts';
import { ownName, type Catalogue, type HostName, type HostNames, type Instant } from '#domain';
import { actingOn } from '../acting-user.js';
import type { PlainQuestion } from '../found-labors.js';
import { laborFilter } from '../labor-view.js';
import { withOwnNames } from '../own-names.js';
import type { LaborQuestion } from '../reading.js';
import type { Change } from './change.js';

/** What is looked at for all labors alike. */
export interface Facts {
  readonly catalogue: Catalogue;
  readonly names: HostNames;
  readonly now: Instant;
}

/** What of other documents a labor is judged by. */
export interface Needs {
  readonly host: boolean;
  readonly quest: boolean;
}

/** Of a query, which is asked of very many labors. */
const HOST_ALONE: Needs = { host: true, quest: false };

/** These documents, as they are; undefined where they are not there. */
export interface Beside {
  readonly host: QueriedHost | undefined;
  readonly quest: QuestDocument | undefined;
}

/** Whether labors are judged by other documents, too. */
export function looksBeside({ hostQuery, for: user, overdue }: LaborQuestion): boolean {
  return hostQuery !== undefined || user !== undefined || overdue !== undefined;
}

/** A question by own names. */
interface Resolved {
  readonly names: HostNames;
  /** Without its hosts. */
  readonly plain: PlainQuestion;
  /** A filter may name thousands, and most labors are of none of them. */
  readonly hosts: ReadonlySet<HostName> | undefined;
  readonly query: HostQuery | undefined;
}

export class Judge {
  /** Whether it must know what names mean. */
  readonly asksForNames: boolean;
  readonly looksBeside: boolean;
  /** Of some labor. */
  readonly looksAt: Needs;
  private readonly seesQuests: boolean;
  private resolved: Resolved | undefined;

  constructor(private readonly question: LaborQuestion) {
    this.seesQuests = Object.keys(question).every((field) => field === 'quest');
    this.looksBeside = looksBeside(question);
    const { hostQuery, for: user, overdue } = question;
    this.looksAt = {
      host: hostQuery !== undefined || user !== undefined,
      quest: user !== undefined || overdue !== undefined,
    };
    this.asksForNames = question.host !== undefined || question.hostQuery !== undefined;
  }

  /** The changes that pass, or may once what is {@link needs needed} beside them is known. */
  candidates(changes: readonly Change[], { catalogue, names, now }: Facts): readonly Change[] {
    const { for: user, quest: quests, overdue } = this.question;
    const { plain, hosts } = this.ofNames(names);
    const filter = laborFilter(plain, catalogue, now);
    const passes = (labor: LaborDocument): boolean =>
      (hosts === undefined || hosts.has(labor.host)) &&
      laborPasses(
        labor,
        user === undefined ? filter : { ...filter, for: { user, hosts: [labor.host], quests: questsOf(labor) } },
        () => overdue === true,
      );
    return changes.filter((change) =>
      change.kind === 'labor'
        ? passes(change.labor.labor)
        : this.seesQuests && (quests === undefined || quests.includes(change.quest.id)),
    );
  }

  /** Of a candidate. */
  needs({ state, assignee, actors, quest }: LaborDocument): Needs {
    const { hostQuery, for: user, overdue } = this.question;
    if (user === undefined && overdue === undefined) return HOST_ALONE;
    const isAnyones = user !== undefined && assignee === null;
    const asksForQuest = overdue !== undefined || (isAnyones && actors.includes('creator'));
    return {
      host: hostQuery !== undefined || (isAnyones && actors.includes('owner')),
      quest: quest !== null && state === 'open' && asksForQuest,
    };
  }

  /** Whether a candidate passes. */
  passes(labor: LaborDocument, { host, quest }: Beside, { names, now }: Facts): boolean {
    const { query } = this.ofNames(names);
    if (query !== undefined && (host === undefined || !hostMatches(host, query))) return false;
    const { for: user, overdue } = this.question;
    if (user === undefined && overdue === undefined) return true;
    const filter: LaborFilter = {
      ...(overdue !== undefined && { overdue: { is: overdue, now } }),
      ...(user !== undefined && { for: actingOn(labor, user, host, quest) }),
    };
    return laborPasses(labor, filter, () => quest !== undefined && isQuestOverdue(quest, now));
  }

  /** The question by own names: worked out once for as long as names mean the same. */
  private ofNames(names: HostNames): Resolved {
    if (this.resolved?.names === names) return this.resolved;
    const { hostQuery, for: _, ...question } = this.question;
    const { host, ...plain } = withOwnNames<PlainQuestion>(names, question);
    const query = hostQuery && queryByOwnNames(hostQuery, (name) => ownName(names, name));
    return (this.resolved = { names, plain, hosts: host && new Set(host), query });
  }
}

function questsOf({ quest }: LaborDocument): readonly NonNullable<LaborDocument['quest']>[] {
  return quest === null ? [] : [quest];
}
