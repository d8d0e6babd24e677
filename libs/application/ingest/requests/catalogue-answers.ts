/** How the answer to definitions is kept: their numbers; what they were is in the catalogue as it stood then. */
import { positionOf } from '#contracts';
import { changesOf, type Catalogue, type EventType, type Fate } from '#domain';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { CatalogueChange, ReplacedCatalogue } from '../ingest.js';
import { keptPosition, type Answers } from './answers.js';

interface Kept {
  readonly position: string;
  readonly items: readonly (readonly [id: number, created: 0 | 1])[];
}

export function eventTypeAnswers(timeline: CatalogueTimeline): Answers<CatalogueChange<EventType>> {
  return answers(timeline, ({ types }) => types.values());
}

export function fateAnswers(timeline: CatalogueTimeline): Answers<CatalogueChange<Fate>> {
  return answers(timeline, ({ fates }) => fates.values());
}

interface KeptFile {
  readonly position: string;
  readonly revision: number;
  readonly entries: number;
}

/** Where its entries stand: what they changed is in the catalogue's stream. */
export function catalogueFileAnswers(timeline: CatalogueTimeline): Answers<ReplacedCatalogue> {
  return {
    pack({ position, revision, entries }): KeptFile | undefined {
      return position === undefined ? undefined : { position: String(position), revision, entries };
    },
    async unpack(kept) {
      const { position: text, revision, entries } = kept as KeptFile;
      const position = keptPosition(text);
      const after = await timeline.asOf(positionOf(position + 1n), revision);
      const { before, between } = timeline.loadedBefore(revision, entries);
      return { position, revision, entries, changes: changesOf(between, before, after) };
    },
  };
}

function answers<T extends { readonly id: number }>(
  timeline: CatalogueTimeline,
  all: (catalogue: Catalogue) => Iterable<T>,
): Answers<CatalogueChange<T>> {
  return {
    pack({ position, items }): Kept | undefined {
      if (position === undefined) return undefined;
      return { position: String(position), items: items.map(({ item, created }) => [item.id, created ? 1 : 0]) };
    },
    async unpack(kept) {
      const { position: text, items } = kept as Kept;
      const position = keptPosition(text);
      const byId = new Map<number, T>();
      for (const item of all(await timeline.asOf(positionOf(position + 1n)))) byId.set(item.id, item);
      return {
        position,
        items: items.map(([id, created]) => {
          const item = byId.get(id);
          if (item === undefined) throw new Error(`number ${id} was defined at position ${text}, and is not there`);
          return { item, created: created === 1 };
        }),
      };
    },
  };
}
