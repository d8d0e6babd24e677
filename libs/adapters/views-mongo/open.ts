/** Opens the views of one database: connects, checks the server and, for writing, makes what is missing. */
import { MongoClient } from 'mongodb';
import type { Views } from '#ports';
import { Collections } from './collections.js';
import { Connection } from './connection.js';
import { CONTROL_ID, EMPTY_CONTROL, type ControlDocument } from './control-document.js';
import { Directory } from './directory.js';
import { LAYOUT_VERSION } from './layout.js';
import { unreadable, OpenFailure, whyNotOpened, type Place } from './open-errors.js';
import { whyTooOld } from './server-version.js';
import type { PatientCollections } from './loader.js';
import { MongoViews } from './views.js';

export interface MongoViewsOptions {
  /** A connection string; its write concern, read concern and read preference are overruled. */
  readonly url: string;
  /** The name of the database, in which nothing else may lie. */
  readonly prefix: string;
  /** `read` never writes, and makes no index: a user with the role `read` on the database will do. `write` needs `readWrite`. */
  readonly access: 'write' | 'read';
  /** Longest wait for a server that takes writes, in milliseconds. */
  readonly selectionMs?: number;
  /** Longest wait for the answer to one call, in milliseconds; a server that hangs is then away. */
  readonly operationMs?: number;
}

/** A reader has a client waiting, who is answered within two seconds; a writer retries by itself. */
const SELECTION_MS: Readonly<Record<MongoViewsOptions['access'], number>> = { read: 1500, write: 3000 };
const OPERATION_MS = 10_000;
/** Longest wait for the indexes of one collection of a loaded generation: each document is read for them. */
const INDEX_MS = 4 * 60 * 60_000;
/** A batch is written over some eight connections at once. */
const MAX_CONNECTIONS = 64;

/**
 * Rejects with a StoreUnavailable where the server is not reached, and with an Error of one sentence where it refuses the
 * credentials or the user's rights, is too old, or holds a database of another layout.
 */
export async function openMongoViews(options: MongoViewsOptions): Promise<Views> {
  return openViews(options, clientOf(options));
}

/** The same over a client of the caller's, for specs that watch its commands; closed where it cannot be opened. */
export async function openViews(options: MongoViewsOptions, client: MongoClient): Promise<MongoViews> {
  const { prefix, access, operationMs = OPERATION_MS } = options;
  const connection = new Connection(client, prefix, operationMs, access === 'write');
  try {
    await connection.run(() => client.connect());
    const sharded = await requireServer(connection);
    const directory = new Directory(connection);
    const collections = new Collections(connection, directory, sharded);
    if (access === 'write') await makeControl(connection);
    const stored = await directory.look();
    if (stored.layout !== LAYOUT_VERSION) {
      throw new OpenFailure(
        `it has layout ${stored.layout} and this Hermes uses ${LAYOUT_VERSION}: name another database, or drop it, and the views are rebuilt`,
      );
    }
    if (access === 'write') {
      await collections.clear();
      await collections.make(stored);
    }
    const patient = async (): Promise<PatientCollections> => {
      const its = new Connection(clientOf({ ...options, operationMs: INDEX_MS }), prefix, INDEX_MS, access === 'write');
      return { collections: new Collections(its, directory, sharded), close: () => its.close() };
    };
    return new MongoViews(connection, directory, collections, patient);
  } catch (error) {
    await connection.close();
    throw whyNotOpened(error, placeOf(client, options));
  }
}

/** Majority and journal for writes, and reads that see them: nothing that was acknowledged is lost in an election. */
export function clientOf(
  { url, access, selectionMs = SELECTION_MS[access], operationMs = OPERATION_MS }: MongoViewsOptions,
  monitorCommands = false,
): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'hermes',
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: operationMs },
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      serverSelectionTimeoutMS: selectionMs,
      connectTimeoutMS: selectionMs,
      socketTimeoutMS: operationMs,
      waitQueueTimeoutMS: operationMs,
      maxPoolSize: MAX_CONNECTIONS,
      ignoreUndefined: true,
      monitorCommands,
    });
  } catch (error) {
    throw unreadable(error);
  }
}

/** Whether it is the router of a sharded cluster. */
async function requireServer(connection: Connection): Promise<boolean> {
  const admin = connection.database.admin();
  const [build, hello] = await Promise.all([
    connection.run(() => admin.command({ buildInfo: 1 })),
    connection.run(() => admin.command({ hello: 1 })),
  ]);
  const tooOld = whyTooOld(String(build['version']));
  if (tooOld !== null) throw new OpenFailure(tooOld);
  return hello['msg'] === 'isdbgrid';
}

/** Asks for the right to write, too, where the document is there already. */
async function makeControl(connection: Connection): Promise<void> {
  const control = connection.control<ControlDocument>();
  const fresh = { ...EMPTY_CONTROL, layout: LAYOUT_VERSION };
  await connection.upsert(control, [
    { updateOne: { filter: { _id: CONTROL_ID }, update: { $setOnInsert: fresh }, upsert: true } },
  ]);
}

function placeOf({ options }: MongoClient, { prefix, access }: MongoViewsOptions): Place {
  const servers = options.srvHost ?? options.hosts.map(String).join(',');
  return { servers, database: prefix, access, user: options.credentials?.username };
}
