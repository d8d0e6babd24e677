/**
 * The file's tables. Each generation and each list of events has tables of its own, so that giving one up is cheap and no
 * index carries a number that is the same all over. A change here raises LAYOUT_VERSION: views of another are begun anew.
 */

export const LAYOUT_VERSION = 3;
/** "HrmV", so that any other SQLite file is not taken for views. */
export const APPLICATION_ID = 0x48726d56;

/** `views` has one row. `events` is the number in the names of the tables of events. */
export const CONTROL_LAYOUT = `
  CREATE TABLE views (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    journal TEXT,
    events_version INTEGER NOT NULL,
    events INTEGER NOT NULL,
    last_generation INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE generations (
    number INTEGER PRIMARY KEY,
    documents_version INTEGER NOT NULL,
    fold_version INTEGER NOT NULL,
    partitions INTEGER NOT NULL,
    hash_version INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  -- which generation is served, for each version of the documents
  CREATE TABLE pointers (
    documents_version INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE progress (
    generation INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    position TEXT NOT NULL,
    entry_id TEXT,
    number INTEGER,
    heard_at_ms INTEGER NOT NULL,
    PRIMARY KEY (generation, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE catalogues (
    generation INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    position TEXT NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  INSERT INTO views VALUES (1, NULL, 0, 0, 0);
`;

/** What the tables of one generation or one list of events are called. */
export type Names<T extends string> = Readonly<Record<T, string>>;

const GENERATION_TABLES = ['labors', 'labor_counts', 'hosts', 'parts', 'part_tallies', 'quests'] as const;
const EVENT_TABLES = ['events', 'event_spans', 'event_types'] as const;
export type GenerationNames = Names<(typeof GENERATION_TABLES)[number]>;
export type EventNames = Names<(typeof EVENT_TABLES)[number]>;

function namesOf<T extends string>(tables: readonly T[], number: number): Names<T> {
  return Object.fromEntries(tables.map((table) => [table, `${table}_${number}`])) as Names<T>;
}

export function generationNames(generation: number): GenerationNames {
  return namesOf(GENERATION_TABLES, generation);
}

export function eventNames(list: number): EventNames {
  return namesOf(EVENT_TABLES, list);
}

/** Which generation or list of events a table is of; undefined for those of the whole. */
export function ownerOf(
  table: string,
): { readonly kind: 'generation' | 'events'; readonly number: number } | undefined {
  const [, name, number] = /^([a-z_]+)_(\d+)$/.exec(table) ?? [];
  if (name === undefined) return undefined;
  return { kind: (EVENT_TABLES as readonly string[]).includes(name) ? 'events' : 'generation', number: Number(number) };
}

/** Whether a labor is not of the host in whose stream it was opened, with which its id begins. */
export const MOVED = "substr(id, 1, length(host) + 1) <> host || '~'";

/**
 * `class` is state, acknowledgement, membership in any quest and actors in one small number (see labor-class.ts): every
 * index of labors leads over it to the sort, so that these filters need no index of their own. Nor do lists that nothing
 * leads: the types and classes there are, which `labor_counts` knows, are as many ranges of the indexes by type. A host's
 * labors are found by their ids. An index costs every write a page or more; a merge costs those who ask.
 */
export function generationLayout(n: GenerationNames): string {
  return `
    CREATE TABLE ${n.labors} (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      position INTEGER NOT NULL,
      class INTEGER NOT NULL,
      type TEXT NOT NULL,
      host TEXT NOT NULL,
      quest INTEGER,
      -- NULL where the labor is the first of its chain
      chain TEXT,
      assignee TEXT,
      opened_at INTEGER NOT NULL,
      closed_at INTEGER,
      -- how long it was open, as a power of two (see labor-span.ts); NULL while it is open
      span INTEGER,
      doc TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ${n.labors}_id ON ${n.labors} (id);
    CREATE INDEX ${n.labors}_type_opened ON ${n.labors} (type, class, opened_at, id);
    CREATE INDEX ${n.labors}_type_host ON ${n.labors} (type, class, host, opened_at, id);
    CREATE INDEX ${n.labors}_quest_opened ON ${n.labors} (quest, class, opened_at, id) WHERE quest IS NOT NULL;
    CREATE INDEX ${n.labors}_quest_host ON ${n.labors} (quest, class, host, opened_at, id) WHERE quest IS NOT NULL;
    CREATE INDEX ${n.labors}_chain_opened ON ${n.labors} (chain, class, opened_at, id) WHERE chain IS NOT NULL;
    CREATE INDEX ${n.labors}_assignee_opened ON ${n.labors} (assignee, class, opened_at, id) WHERE assignee IS NOT NULL;
    CREATE INDEX ${n.labors}_assignee_host ON ${n.labors} (assignee, class, host, opened_at, id) WHERE assignee IS NOT NULL;
    CREATE INDEX ${n.labors}_closed ON ${n.labors} (span, opened_at, id, class, closed_at, host) WHERE span IS NOT NULL;
    CREATE INDEX ${n.labors}_moved ON ${n.labors} (host) WHERE ${MOVED};
    CREATE TABLE ${n.labor_counts} (
      type TEXT NOT NULL,
      class INTEGER NOT NULL,
      labors INTEGER NOT NULL,
      PRIMARY KEY (type, class)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${n.hosts} (
      number INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      version INTEGER NOT NULL,
      has_open INTEGER NOT NULL,
      open INTEGER NOT NULL,
      updated_at TEXT NOT NULL,
      parked TEXT,
      doc TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ${n.hosts}_host ON ${n.hosts} (host);
    CREATE INDEX ${n.hosts}_open ON ${n.hosts} (has_open, host);
    CREATE INDEX ${n.hosts}_parked ON ${n.hosts} (host) WHERE parked IS NOT NULL;

    CREATE TABLE ${n.parts} (
      quest INTEGER NOT NULL,
      host TEXT NOT NULL,
      position INTEGER NOT NULL,
      tally TEXT NOT NULL,
      emptied INTEGER,
      emptied_at TEXT,
      PRIMARY KEY (quest, host)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${n.parts}_host ON ${n.parts} (host, quest);
    CREATE INDEX ${n.parts}_emptied ON ${n.parts} (quest, emptied) WHERE emptied IS NOT NULL;
    -- how many parts of a quest have the same tally: few are different, so summing a quest reads few rows
    CREATE TABLE ${n.part_tallies} (
      quest INTEGER NOT NULL,
      tally TEXT NOT NULL,
      parts INTEGER NOT NULL,
      PRIMARY KEY (quest, tally)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ${n.quests} (
      quest INTEGER PRIMARY KEY,
      mark TEXT NOT NULL,
      touches INTEGER NOT NULL,
      dirty INTEGER NOT NULL,
      -- of the recount
      label INTEGER,
      -- NULL until it was accepted
      phase TEXT,
      type TEXT,
      creator TEXT,
      target INTEGER NOT NULL,
      parked TEXT,
      record TEXT,
      recount TEXT
    ) STRICT;
    CREATE INDEX ${n.quests}_dirty ON ${n.quests} (dirty) WHERE dirty = 1;
    CREATE INDEX ${n.quests}_behind ON ${n.quests} (label) WHERE dirty = 1;
    CREATE INDEX ${n.quests}_parked ON ${n.quests} (quest) WHERE parked IS NOT NULL;
    CREATE INDEX ${n.quests}_phase ON ${n.quests} (phase) WHERE phase IS NOT NULL;
    CREATE INDEX ${n.quests}_phase_target ON ${n.quests} (phase, target) WHERE phase IS NOT NULL;
    CREATE INDEX ${n.quests}_creator ON ${n.quests} (creator, phase) WHERE phase IS NOT NULL;
    CREATE INDEX ${n.quests}_creator_target ON ${n.quests} (creator, phase, target) WHERE phase IS NOT NULL;
    CREATE INDEX ${n.quests}_type ON ${n.quests} (type, phase) WHERE phase IS NOT NULL;
    CREATE INDEX ${n.quests}_type_target ON ${n.quests} (type, phase, target) WHERE phase IS NOT NULL;
  `;
}

/**
 * An event's row number is its place in the journal: every index of events ends in it, and so leads to the sort. That of
 * hosts leads to the revision first, whose order within a host is that of places: so an event is found by its id, which is
 * its host and its revision, without an index of ids.
 */
export function eventLayout(n: EventNames): string {
  return `
    CREATE TABLE ${n.events} (
      place INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      category TEXT NOT NULL,
      revision INTEGER NOT NULL,
      type TEXT NOT NULL,
      key TEXT,
      reporter TEXT,
      quest INTEGER,
      recorded_at INTEGER NOT NULL,
      doc TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ${n.events}_host ON ${n.events} (host, category, revision);
    CREATE INDEX ${n.events}_type ON ${n.events} (type);
    CREATE INDEX ${n.events}_key ON ${n.events} (key) WHERE key IS NOT NULL;
    CREATE INDEX ${n.events}_reporter ON ${n.events} (reporter) WHERE reporter IS NOT NULL;
    CREATE INDEX ${n.events}_quest ON ${n.events} (quest) WHERE quest IS NOT NULL;
    -- of each hour and each minute of recordedAt (by their length and number since 1970): how many events, and from which
    -- place to which they lie
    CREATE TABLE ${n.event_spans} (
      length_ms INTEGER NOT NULL,
      span INTEGER NOT NULL,
      events INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (length_ms, span)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ${n.event_types} (
      category TEXT NOT NULL,
      type TEXT NOT NULL,
      PRIMARY KEY (category, type)
    ) STRICT, WITHOUT ROWID;
  `;
}
