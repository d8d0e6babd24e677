/** Why views cannot be opened, as one sentence each for the operator, without secrets. */
import { MongoCompatibilityError, MongoServerSelectionError } from 'mongodb';
import { StoreUnavailable } from '#ports';
import { AUTHENTICATION_FAILED, codeOf, reasonOf, unavailable, UNAUTHORIZED } from './errors.js';

export interface Place {
  /** Host and port of each. */
  readonly servers: string;
  readonly database: string;
  readonly access: 'write' | 'read';
  readonly user: string | undefined;
}

/** A defect of the database or its settings; {@link whyNotOpened} adds the address. */
export class OpenFailure extends Error {}

const ROLES: Readonly<Record<Place['access'], string>> = { read: 'read', write: 'readWrite' };

export function whyNotOpened(error: unknown, { servers, database, access, user }: Place): unknown {
  const where = `the views' database ${database} at MongoDB ${servers} cannot be opened`;
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  const who = user === undefined ? 'clients without credentials' : `the user ${user}`;
  const failed = (why: string): Error => new Error(`${where}: ${why}`, { cause: error });
  if (cause instanceof OpenFailure) return failed(cause.message);
  const code = codeOf(cause);
  if (code === AUTHENTICATION_FAILED) return failed(`the server refuses the credentials of ${who}`);
  if (code === UNAUTHORIZED) {
    return failed(`${who} may not ${access} there; it needs the role ${ROLES[access]} on ${database}`);
  }
  if (cause instanceof MongoCompatibilityError) return failed(reasonOf(cause));
  if (cause instanceof MongoServerSelectionError)
    return unavailable(`${where}: no server is reached: ${reasonOf(cause)}`, cause);
  return error instanceof StoreUnavailable ? unavailable(`${where}: ${error.reason}`, cause) : error;
}

/** The driver's words may quote the connection string, so they are left out. */
export function unreadable(error: unknown): Error {
  const name = error instanceof Error ? error.name : 'Error';
  return new Error(`the address of MongoDB for the views is no connection string that its driver takes (${name})`);
}
