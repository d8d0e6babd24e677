/** Makes a client of a running Hermes by the commands of docs/clients.md, and plays the page's program with it. For specs of the lane of servers only. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toolFolder } from '#testing';
import { block } from '../docs/markdown.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

const PAGE = 'docs/clients.md';
const EXAMPLES = resolve(import.meta.dirname, '../../docs/examples/clients');
const TOKEN = 'token-of-the-clients-0123456789';
/** The first run ever fetches the generator and what the client needs. */
const LIMIT_MS = 300_000;

interface ClientLanguage {
  /** As people write it. */
  readonly language: string;
  /** Of the page's commands, and of the folder in which they run. */
  readonly name: 'python' | 'typescript' | 'go';
  /** In docs/examples/clients. */
  readonly program: string;
  /** What the commands make again; the rest was fetched, and stays. */
  readonly made: readonly string[];
}

interface Played {
  readonly status: number | null;
  /** What the commands and the program printed. */
  readonly printed: string;
  /** What the page says that the program prints. */
  readonly expected: string;
}

/** Declares the test of a language. */
export function clientWorks(language: ClientLanguage): void {
  test(
    `the client of docs/clients.md in ${language.language} is made without a warning, compiles, and prints what the page says`,
    async () => {
      const { status, printed, expected } = await playClient(language);
      expect(printed).not.toMatch(/warning/i);
      expect(printed.endsWith(expected) ? expected : printed).toBe(expected);
      expect(status).toBe(0);
    },
    LIMIT_MS,
  );
}

/** Runs the page's commands in a folder of the tools, against a new Hermes that asks for tokens. */
async function playClient({ name, program, made }: ClientLanguage): Promise<Played> {
  const data = await temporaryFolder();
  const tokens = [{ name: 'client', sha256: createHash('sha256').update(TOKEN).digest('hex'), roles: ['admin'] }];
  await writeFile(join(data.path, 'tokens.json'), JSON.stringify(tokens));
  const env = { HERMES_TOKENS_FILE: join(data.path, 'tokens.json') };
  const hermes = await Hermes.start({ dataDir: join(data.path, 'data'), env });
  try {
    const folder = toolFolder(`client-${name}`);
    await Promise.all(made.map((one) => rm(join(folder, one), { recursive: true, force: true })));
    cpSync(join(EXAMPLES, program), join(folder, program));
    const { status, output } = spawnSync(
      'bash',
      // where standard input is a socket, bash takes itself for a remote shell
      ['--norc', '-euc', `exec 2>&1\n${block(PAGE, 'document')}\n${block(PAGE, name)}`],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, HERMES_URL: hermes.api.origin, HERMES_TOKEN: TOKEN },
        timeout: LIMIT_MS,
      },
    );
    return { status, printed: output.join(''), expected: block(PAGE, 'output') };
  } finally {
    await hermes.kill();
    await data.remove();
  }
}
