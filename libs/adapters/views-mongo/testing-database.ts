/** For specs: a separate database on a server, which is dropped in the end. */
import { randomBytes } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';

/** For a double on a busy machine. */
export const PATIENT_MS = 60_000;

export function newPrefix(): string {
  return `hermes-test-${randomBytes(6).toString('hex')}`;
}

/** Over a client that knows nothing of ours. */
export async function inDatabase<T>(url: string, prefix: string, work: (database: Db) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(url);
  try {
    return await work(client.db(prefix));
  } finally {
    await client.close();
  }
}

export async function dropDatabase(url: string, prefix: string): Promise<void> {
  await inDatabase(url, prefix, (database) => database.dropDatabase());
}
