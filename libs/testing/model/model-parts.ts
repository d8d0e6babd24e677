/** Which hosts are in which quests (rules 17, 20–22), for the simple model: over plain lists, looked through from end to end. */
import type { HostName, QuestId } from '#domain';
import type { PlainLabor, PlainPart } from './history.js';
import { tallyOf } from './tally-of.js';

interface Joined {
  readonly quest: QuestId;
  readonly host: HostName;
  isNamed: boolean;
}

export class ModelParts {
  private readonly joined: Joined[] = [];
  /** Each step after which a labor was no longer open in a quest: closed in it, or moved out of it. */
  private readonly endings: { readonly quest: QuestId; readonly host: HostName; readonly step: number }[] = [];

  /** By an event or the end of the quest, which name the host, or by a labor that it adopts. */
  join(quest: QuestId, host: HostName, isNamed: boolean): void {
    const part = this.joined.find((each) => each.quest === quest && each.host === host);
    if (part === undefined) this.joined.push({ quest, host, isNamed });
    else part.isNamed ||= isNamed;
  }

  /** The quest names the host no longer. */
  leave(quest: QuestId, host: HostName): void {
    const part = this.joined.find((each) => each.quest === quest && each.host === host);
    if (part === undefined) this.joined.push({ quest, host, isNamed: false });
    else part.isNamed = false;
  }

  /** The labor is no longer open in its quest. */
  ended({ quest, host }: Pick<PlainLabor, 'quest' | 'host'>, step: number): void {
    if (quest !== null) this.endings.push({ quest, host, step });
  }

  derived(all: readonly PlainLabor[]): readonly PlainPart[] {
    return this.joined.map(({ quest, host, isNamed }) => {
      const labors = all.filter((labor) => labor.quest === quest && labor.host === host);
      const anyOpen = labors.some(({ state }) => state === 'open');
      const endings = this.endings.filter((each) => each.quest === quest && each.host === host);
      const emptiedBy = endings.length === 0 || anyOpen ? null : Math.max(...endings.map(({ step }) => step));
      return { quest, host, tally: tallyOf(labors, isNamed ? 1 : 0), emptiedBy };
    });
  }
}
