/** MongoDB with users, and a database of a later Hermes, for starts that must be refused. */
import { MongoClient } from 'mongodb';
import { startMongo, type MongoServer } from '#testing';

/** Started over `data` with three users of that password: `writer` and `reader` of the database `hermes`, `other` of `hermes-other`. Asks for passwords. */
export async function startMongoWithUsers(data: string, password: string): Promise<MongoServer> {
  const open = await startMongo({ folder: data });
  const client = await MongoClient.connect(open.url);
  for (const [name, role] of [
    ['writer', 'readWrite'],
    ['reader', 'read'],
  ] as const) {
    await client.db('admin').command({ createUser: name, pwd: password, roles: [{ role, db: 'hermes' }] });
  }
  await client
    .db('hermes-other')
    .collection<{ _id: string }>('control')
    .insertOne({ _id: 'views', layout: 99 } as never);
  await client
    .db('admin')
    .command({ createUser: 'other', pwd: password, roles: [{ role: 'read', db: 'hermes-other' }] });
  await client.close();
  await open.server.stop();
  return startMongo({ folder: data, passwords: true });
}
