// Run by mongosh in docker-compose.yml: makes the replica set of one and the users of Hermes. Safe to repeat; passwords
// become those of the secrets' files.
const { readFileSync } = require('node:fs');

const password = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const LIMIT_MS = 60_000;

const root = `root:${encodeURIComponent(password('mongo_root_password'))}`;
const admin = connect(`mongodb://${root}@mongo:27017/admin?directConnection=true`);

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({ replSetInitiate: { _id: 'hermes', members: [{ _id: 0, host: 'mongo:27017' }] } });
}
const end = Date.now() + LIMIT_MS;
while (!admin.adminCommand({ hello: 1 }).isWritablePrimary) {
  if (Date.now() > end) throw new Error('the replica set has no primary');
  sleep(200);
}

const name = process.env.HERMES_DATABASE;
const database = admin.getSiblingDB(name);
give('hermes', password('mongo_password'), 'readWrite');
give('hermes-query', password('mongo_query_password'), 'read');

function give(user, pwd, role) {
  const roles = [{ role, db: name }];
  if (database.getUser(user) === null) database.createUser({ user, pwd, roles });
  else database.updateUser(user, { pwd, roles });
}
