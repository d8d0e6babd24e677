// `node deploy/make-secrets.mjs`: makes the secrets that docker-compose.yml names, each once, in deploy/secrets (or the
// folder given). Existing ones are kept: stores remember their passwords. Prints where the first token is, never a secret.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, 'secrets'));
const prefix = process.env.HERMES_PREFIX || prefixOf('.env') || 'hermes';

// The folder is its owner's. The files are read by other users in the containers, which see them without the folder.
mkdirSync(folder, { recursive: true, mode: 0o700 });
const made = [];

const token = secret('admin-token', () => text(32), 0o400);
secret('tokens.json', () => {
  const sha256 = createHash('sha256').update(token).digest('hex');
  return `${JSON.stringify([{ name: 'admin', sha256, roles: ['admin'] }], null, 2)}\n`;
});
secret('kafka-password', () => text(24));
secret('mongo-root-password', () => text(24));
secret('mongo-key', () => randomBytes(378).toString('base64'));
for (const [name, user] of [
  ['mongo', 'hermes'],
  ['mongo-query', 'hermes-query'],
]) {
  const password = secret(`${name}-password`, () => text(24));
  secret(`${name}-url`, () => `mongodb://${user}:${password}@mongo:27017/?replicaSet=hermes&authSource=${prefix}`);
}
console.log(made.length === 0 ? 'Everything is there.' : `Made ${made.join(', ')} in ${relative('.', folder) || '.'}.`);
console.log(`The first token (role admin) is in ${relative('.', join(folder, 'admin-token'))}.`);

function secret(name, make, mode = 0o444) {
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(file, make(), { flag: 'wx', mode });
    made.push(name);
  }
  return readFileSync(file, 'utf8');
}

/** Of letters and digits of hex, which need no escape in a URL or a configuration. */
function text(bytes) {
  return randomBytes(bytes).toString('hex');
}

/** As compose reads it. */
function prefixOf(file) {
  const path = join(import.meta.dirname, '..', file);
  return existsSync(path) ? /^HERMES_PREFIX=(\S+)$/m.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
}
