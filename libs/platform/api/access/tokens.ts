/** The content of a tokens file: who may come in, as what. It holds hashes, never tokens. */
import { createHash } from 'node:crypto';
import { isPlainName, MAX_PRINCIPAL_LENGTH } from '../../settings/principal.js';
import { ROLES, type Identity, type Role } from './roles.js';

const FIELDS: readonly string[] = ['name', 'sha256', 'roles'];

/** As many a file may list. Raise it with the size of the file that is read (`tokens-file.ts`). */
export const MAX_TOKENS = 5000;

interface Token {
  readonly identity: Identity & { readonly name: string };
  readonly sha256: string;
}

/** The tokens that are let in; those of another list can take their place while requests are answered. */
export class Tokens {
  /** `byHash`: who has the token of this SHA-256, in lower-case hex. */
  constructor(private byHash: ReadonlyMap<string, Identity>) {}

  /** How many there are. */
  get count(): number {
    return this.byHash.size;
  }

  /** From now on those of `other` are let in, and no others. */
  become(other: Tokens): void {
    this.byHash = other.byHash;
  }

  /**
   * Who presents `token`, or undefined; one look-up, however many tokens there are, since strangers ask too. How long it
   * takes depends on the hash of what is presented alone, which its sender has no way to steer towards a listed one: it
   * shows nothing of the tokens.
   */
  identify(token: string): Identity | undefined {
    return this.byHash.get(createHash('sha256').update(token, 'utf8').digest('hex'));
  }
}

/** The tokens that `text` lists, or a sentence saying what is wrong with it (never quoting it). */
export function parseTokens(text: string): Tokens | string {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return 'is not JSON: write [{"name": "…", "sha256": "…", "roles": ["read"]}]';
  }
  if (!Array.isArray(items) || items.length === 0) return 'must be a JSON array of at least one token';
  if (items.length > MAX_TOKENS)
    return `lists ${items.length} tokens, more than the ${MAX_TOKENS} that are taken: remove those that nobody uses`;
  const names = new Set<string>();
  const byHash = new Map<string, Identity>();
  for (const [index, item] of items.entries()) {
    const token = parseToken(item);
    if (typeof token === 'string') return `token ${index + 1} ${token}`;
    const { identity, sha256 } = token;
    if (names.has(identity.name)) return `token ${index + 1} has the name of an earlier one`;
    if (byHash.has(sha256)) return `token ${index + 1} has the sha256 of an earlier one`;
    names.add(identity.name);
    byHash.set(sha256, identity);
  }
  return new Tokens(byHash);
}

function parseToken(item: unknown): Token | string {
  if (typeof item !== 'object' || item === null) return 'is no object with name, sha256 and roles';
  const unknown = Object.keys(item).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return `has the unknown field ${JSON.stringify(unknown)}: it takes name, sha256 and roles`;
  const { name, sha256, roles } = item as Record<string, unknown>;
  if (typeof name !== 'string' || name.trim() === '' || name.length > MAX_PRINCIPAL_LENGTH) {
    return `has no name of 1 to ${MAX_PRINCIPAL_LENGTH} characters`;
  }
  if (!isPlainName(name))
    return 'has a name with control characters, line separators or lone surrogates: choose a plain one';
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
    return 'has no sha256 of 64 hexadecimal digits: take it with printf %s "$token" | sha256sum';
  }
  const role = greatestRole(roles);
  if (role === undefined) return `has no roles: list one or more of ${ROLES.join(', ')}`;
  return { identity: Object.freeze({ name, role }), sha256: sha256.toLowerCase() };
}

function greatestRole(roles: unknown): Role | undefined {
  if (!Array.isArray(roles) || !roles.every((role) => ROLES.some((known) => known === role))) return undefined;
  return ROLES.findLast((role) => roles.includes(role));
}
