/**
 * The tables of the three kinds of files: one of control, one for each list of events, one for each generation. A change
 * here raises LAYOUT_VERSION: views of another layout are rebuilt.
 */

export const LAYOUT_VERSION = 14;
/** "HrmV", so that any other SQLite file is not taken for views. */
export const APPLICATION_ID = 0x48726d56;

/** `views` has one row. `events` is the number in the name of the file of events. */
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
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- the generation whose followers go on in this one, and their place here; NULL where they begin with a reset
    continued INTEGER,
    continued_from TEXT
  ) STRICT;
  -- which generation is served, for each version of the documents
  CREATE TABLE pointers (
    documents_version INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL
  ) STRICT;
  INSERT INTO views VALUES (1, NULL, 0, 0, 0);
`;

/** Whether a labor is not of the host in whose stream it was opened, with which its id begins. */
export const MOVED = "substr(id, 1, length(host) + 1) <> host || '~'";

/**
 * `class` is state, acknowledgement, membership in any quest and actors in one small number (see labor-class.ts): every
 * index of labors leads over it to the sort, so that these filters need no index of their own. Nor do lists that nothing
 * leads: the types and classes there are, which `labor_counts` knows, are as many ranges of the indexes by type. A host's
 * labors are found by their ids. An index costs every write a page or more; a merge costs only the queries that need it.
 */
export const GENERATION_TABLES = `
  -- how progress counts; changed together with it
  CREATE TABLE counting (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    partitions INTEGER NOT NULL,
    hash_version INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE progress (
    partition INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    entry_id TEXT,
    number INTEGER,
    heard_at_ms INTEGER NOT NULL
  ) STRICT;
  -- the entries of streams that readers follow
  CREATE TABLE catalogue (
    revision INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  CREATE TABLE names (
    revision INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;

  CREATE TABLE labors (
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
    -- each name once, so that usually the first index alone has an entry; NULL beyond the last
    principal1 TEXT,
    principal2 TEXT,
    principal3 TEXT,
    principal4 TEXT,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    -- how long it was open, as a power of two (see labor-span.ts); NULL while it is open
    span INTEGER,
    -- place of the event that closed it; NULL where none did. It grows as labors close, so its index is written at its end
    closed_place INTEGER,
    -- the oldest place that is kept of an event it absorbed, where others before it are forgotten; else NULL
    forgotten INTEGER,
    -- its place among the changes that are published; NULL where it was not published
    seen INTEGER,
    -- when ingest recorded that it was opened and closed, and the places of that: sums over a quest read these, and no document
    opened_ms INTEGER NOT NULL,
    opened_place INTEGER NOT NULL,
    ended_ms INTEGER,
    ended_place INTEGER,
    -- 1 where its document has a past, which says when it was reopened, moved, acknowledged or assigned before
    has_past INTEGER NOT NULL,
    -- how it ended, and for how many places it was open, as a power of two (see labor-term.ts of contracts)
    term INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  -- places of events that were counted on labors (by their row numbers), as many as these keep
  CREATE TABLE absorptions (
    labor INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (labor, place)
  ) STRICT, WITHOUT ROWID;
  -- quests that labors (by their row numbers) have left: the index of those that they are in does not find them any more
  CREATE TABLE former_quests (
    quest INTEGER NOT NULL,
    labor INTEGER NOT NULL,
    PRIMARY KEY (quest, labor)
  ) STRICT, WITHOUT ROWID;
  -- the fates that a labor names as its opening one
  CREATE TABLE fired_fates (
    fate INTEGER PRIMARY KEY
  ) STRICT;
  CREATE TABLE labor_counts (
    type TEXT NOT NULL,
    class INTEGER NOT NULL,
    labors INTEGER NOT NULL,
    PRIMARY KEY (type, class)
  ) STRICT, WITHOUT ROWID;

  -- how many labors there are of a type and term
  CREATE TABLE labor_terms (
    type TEXT NOT NULL,
    term INTEGER NOT NULL,
    labors INTEGER NOT NULL,
    PRIMARY KEY (type, term)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE hosts (
    number INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    version INTEGER NOT NULL,
    has_open INTEGER NOT NULL,
    open INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    parked TEXT,
    behind TEXT,
    is_retired INTEGER NOT NULL,
    retired TEXT,
    -- whether there are inventories that have it; those
    is_listed INTEGER NOT NULL,
    inventories TEXT NOT NULL,
    attributes TEXT NOT NULL,
    last_event TEXT,
    -- when the last event was recorded, and the minute of that since 1970: an index of minutes is written once a minute,
    -- not by every event
    heard_ms INTEGER NOT NULL,
    heard_minute INTEGER NOT NULL,
    -- place of its first entry; NULL where none is known
    first_place INTEGER,
    doc TEXT NOT NULL
  ) STRICT;
  -- each attribute of each host, as filters name it; changed together with it
  CREATE TABLE host_attributes (
    attribute TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (attribute, host)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE parts (
    quest INTEGER NOT NULL,
    host TEXT NOT NULL,
    position INTEGER NOT NULL,
    tally TEXT NOT NULL,
    emptied INTEGER,
    emptied_at TEXT,
    -- a QuestHostState; NULL where it is none of the quest's hosts any more
    state TEXT,
    past TEXT NOT NULL,
    PRIMARY KEY (quest, host)
  ) STRICT, WITHOUT ROWID;
  -- how many parts of a quest have the same tally: few are different, so summing a quest reads few rows
  CREATE TABLE part_tallies (
    quest INTEGER NOT NULL,
    tally TEXT NOT NULL,
    parts INTEGER NOT NULL,
    PRIMARY KEY (quest, tally)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE quests (
    quest INTEGER PRIMARY KEY,
    mark TEXT NOT NULL,
    touches INTEGER NOT NULL,
    dirty INTEGER NOT NULL,
    -- of the recount
    label INTEGER,
    -- NULL until it was accepted
    phase TEXT,
    unfinished INTEGER NOT NULL,
    type TEXT,
    creator TEXT,
    target INTEGER NOT NULL,
    -- as of labors
    seen INTEGER,
    parked TEXT,
    record TEXT,
    recount TEXT
  ) STRICT;
  -- what the entries of their streams changed
  CREATE TABLE quest_entries (
    quest INTEGER NOT NULL,
    place INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (quest, place)
  ) STRICT, WITHOUT ROWID;
`;

/** Made at once with the tables, or at the end where a generation is loaded: then each is sorted once instead of written row by row. */
export const GENERATION_INDEXES = `
  CREATE UNIQUE INDEX labors_id ON labors (id);
  CREATE INDEX labors_type_opened ON labors (type, class, opened_at, id);
  CREATE INDEX labors_type_host ON labors (type, class, host, opened_at, id);
  CREATE INDEX labors_quest_opened ON labors (quest, class, opened_at, id) WHERE quest IS NOT NULL;
  CREATE INDEX labors_quest_host ON labors (quest, class, host, opened_at, id) WHERE quest IS NOT NULL;
  CREATE INDEX labors_chain_opened ON labors (chain, class, opened_at, id) WHERE chain IS NOT NULL;
  CREATE INDEX labors_assignee_opened ON labors (assignee, class, opened_at, id) WHERE assignee IS NOT NULL;
  CREATE INDEX labors_assignee_host ON labors (assignee, class, host, opened_at, id) WHERE assignee IS NOT NULL;
  CREATE INDEX labors_principal1 ON labors (principal1, class, opened_at, id) WHERE principal1 IS NOT NULL;
  CREATE INDEX labors_principal2 ON labors (principal2, class, opened_at, id) WHERE principal2 IS NOT NULL;
  CREATE INDEX labors_principal3 ON labors (principal3, class, opened_at, id) WHERE principal3 IS NOT NULL;
  CREATE INDEX labors_principal4 ON labors (principal4, class, opened_at, id) WHERE principal4 IS NOT NULL;
  CREATE INDEX labors_closed ON labors (span, opened_at, id, class, closed_at, host) WHERE span IS NOT NULL;
  -- labors of the past, in the order in which they were opened; the few that one event opened are sorted by their ids
  CREATE INDEX labors_type_term ON labors (type, term, opened_place);
  CREATE INDEX labors_quest_term ON labors (quest, term, opened_place) WHERE quest IS NOT NULL;
  CREATE INDEX labors_closed_place ON labors (closed_place) WHERE closed_place IS NOT NULL;
  -- the newest of a type; written at its types' ends
  CREATE INDEX labors_type_closed ON labors (type, closed_place, opened_at, closed_at) WHERE closed_place IS NOT NULL;
  CREATE INDEX labors_forgotten ON labors (host, type, forgotten, id) WHERE forgotten IS NOT NULL;
  -- it is written at its end; what is not published, as in a rebuild, costs nothing
  CREATE INDEX labors_seen ON labors (seen, id) WHERE seen IS NOT NULL;
  CREATE INDEX labors_moved ON labors (host) WHERE ${MOVED};
  CREATE INDEX absorptions_place ON absorptions (place);
  CREATE UNIQUE INDEX hosts_host ON hosts (host);
  CREATE INDEX hosts_open ON hosts (has_open, host);
  CREATE INDEX hosts_retired ON hosts (is_retired, host);
  CREATE INDEX hosts_listed ON hosts (is_listed, is_retired, host);
  CREATE INDEX hosts_heard ON hosts (is_retired, heard_minute, host);
  -- it is written at its end, by hosts that are new
  CREATE INDEX hosts_first ON hosts (first_place) WHERE first_place IS NOT NULL;
  CREATE INDEX hosts_parked ON hosts (host) WHERE parked IS NOT NULL;
  CREATE INDEX hosts_behind ON hosts (host) WHERE behind IS NOT NULL;
  CREATE INDEX parts_host ON parts (host, quest);
  CREATE INDEX parts_state ON parts (quest, state, host);
  CREATE INDEX parts_emptied ON parts (quest, emptied) WHERE emptied IS NOT NULL;
  CREATE INDEX quests_dirty ON quests (dirty) WHERE dirty = 1;
  CREATE INDEX quests_behind ON quests (label) WHERE dirty = 1;
  CREATE INDEX quests_seen ON quests (seen, quest) WHERE seen IS NOT NULL;
  CREATE INDEX quests_parked ON quests (quest) WHERE parked IS NOT NULL;
  CREATE INDEX quests_unfinished ON quests (quest) WHERE unfinished = 1;
  CREATE INDEX quests_phase ON quests (phase) WHERE phase IS NOT NULL;
  CREATE INDEX quests_phase_target ON quests (phase, target) WHERE phase IS NOT NULL;
  CREATE INDEX quests_creator ON quests (creator, phase) WHERE phase IS NOT NULL;
  CREATE INDEX quests_creator_target ON quests (creator, phase, target) WHERE phase IS NOT NULL;
  CREATE INDEX quests_type ON quests (type, phase) WHERE phase IS NOT NULL;
  CREATE INDEX quests_type_target ON quests (type, phase, target) WHERE phase IS NOT NULL;
`;

export const GENERATION_LAYOUT = GENERATION_TABLES + GENERATION_INDEXES;

/**
 * In a generation that is loading: the units that are there, until it is opened as a loaded one, and up to the last step of its
 * load rows whose place in their tables is not where they come. They are put there in order at the end, in a table of their own
 * each, which is named as the one that gets them.
 */
export const LOADING_TABLES = `
  CREATE TABLE loaded_units (
    unit TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE loaded_marks (
    quest INTEGER PRIMARY KEY,
    place INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE loaded_parts AS SELECT * FROM parts;
  CREATE TABLE loaded_host_attributes AS SELECT * FROM host_attributes;
  CREATE TABLE loaded_former_quests AS SELECT * FROM former_quests;
`;

/**
 * An event's row number is its place in the journal: every index of events ends in it, and so leads to the sort. That of
 * hosts leads to the revision first, whose order within a host is that of places: so an event is found by its id, which is
 * its host and its revision, without an index of ids.
 */
export const EVENTS_LAYOUT = `
  CREATE TABLE events (
    place INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    category TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    key TEXT,
    reporter TEXT,
    principal TEXT,
    quest INTEGER,
    recorded_at INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_host ON events (host, category, revision);
  CREATE INDEX events_type ON events (type);
  CREATE INDEX events_key ON events (key) WHERE key IS NOT NULL;
  CREATE INDEX events_reporter ON events (reporter) WHERE reporter IS NOT NULL;
  CREATE INDEX events_principal ON events (principal) WHERE principal IS NOT NULL;
  CREATE INDEX events_quest ON events (quest) WHERE quest IS NOT NULL;
  -- of each hour and each minute of recordedAt (by their length and number since 1970): how many events, and from which
  -- place to which they lie
  CREATE TABLE event_spans (
    length_ms INTEGER NOT NULL,
    span INTEGER NOT NULL,
    events INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (length_ms, span)
  ) STRICT, WITHOUT ROWID;
  -- each millisecond in which entries of any kind were recorded, and the least place of one of them; written at its end, as is
  -- its index
  CREATE TABLE entry_times (
    recorded_ms INTEGER PRIMARY KEY,
    place INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX entry_times_place ON entry_times (place);
  CREATE TABLE event_types (
    category TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (category, type)
  ) STRICT, WITHOUT ROWID;
`;
