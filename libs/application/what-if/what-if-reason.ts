/** Why a labor would be otherwise, in a sentence. */
import type { LaborDifference } from './host-what-if.js';
import type { SeenClosing, SeenLabor } from './seen-labors.js';
import { verdictOf } from './what-if-totals.js';

/** One of both is there. */
export function reasonOfDifference({ was, would }: Pick<LaborDifference, 'was' | 'would'>): string {
  switch (verdictOf({ was, would })) {
    case 'newlyOpened':
      return would === null ? '' : `fate ${would.openedBy.fate} would open it by event ${would.openedBy.event}`;
    case 'neverOpened':
      return was === null ? '' : `no fate would open it by event ${was.openedBy.event}`;
    case 'closed':
      return `${closingOf(would)} would close it`;
    case 'leftOpen':
      return `${closingOf(was)} would not close it, nor would anything later`;
    case 'closedOtherwise':
      return `${closingOf(would)} would close it, instead of ${closingOf(was)}`;
  }
}

function closingOf(labor: SeenLabor | null): string {
  const closed = labor?.closed ?? null;
  return closed === null ? 'nothing' : said(closed);
}

function said({ how, event, type, fate, entry }: SeenClosing): string {
  if (event === null) return `the command that is entry ${entry} of its host`;
  return `event ${event} (${type ?? ''}), ${how} by fate ${fate ?? ''}`;
}
