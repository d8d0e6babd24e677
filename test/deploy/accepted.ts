/** Whether an app would start with an environment: its settings are read as the app reads them, secrets' files made up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPS, readSettings, variables, type AppKind, type Settings } from '#platform';

const SECRETS: Readonly<Record<string, string>> = {
  HERMES_EVENTSTORE_URL: 'kurrentdb://eventstore:2113?tls=true',
  HERMES_KAFKA_PASSWORD: 'secret',
  HERMES_MONGO_URL: 'mongodb://mongo:27017',
};

/** Throws what the app would print; the files are made in `folder`. */
export function settingsIn(
  environment: Readonly<Record<string, string>>,
  app: AppKind['name'],
  folder: string,
): Settings {
  const given = Object.entries(environment).map(([name, value]) => {
    const secret = name.endsWith('_FILE') ? SECRETS[name.slice(0, -'_FILE'.length)] : undefined;
    if (secret === undefined) return [name, value];
    const file = join(folder, name);
    writeFileSync(file, secret);
    return [name, file];
  });
  return readSettings(Object.fromEntries(given) as Record<string, string>, APPS[app]);
}

/** The `HERMES_…` names that are no settings. */
export function unknownSettings(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith('HERMES_') && !Object.hasOwn(variables, name));
}

/** Names whose secrets stand there in clear: of an address only a user and password in it are one. */
export function bareSecrets(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => variables[name]?.secret === true && !/^[a-z+]+:\/\/[^@]*$/.test(value))
    .map(([name]) => name);
}
