/** A port for a server of a test or benchmark. It imports nothing of Hermes, so that specs of whole processes load quickly. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

interface Ports {
  readonly first: number;
  readonly last: number;
}

const EPHEMERAL = '/proc/sys/net/ipv4/ip_local_port_range';
/** Servers that people run have most of their ports below. */
const FIRST = 10_000;
const LAST = 65_535;
/** Of Linux and of others, together. */
const USUAL_EPHEMERAL = '32768 65535';
const HOST = '127.0.0.1';
const TRIES = 100;

/**
 * A port of loopback that nobody listens on, for a server that is started later or again: outside the ports that the
 * system gives to outgoing connections and to servers that name none, and never given to another process while this one
 * lives. Rejects with an Error where there is none.
 */
export async function freePort({ first, last }: Ports = offeredPorts(ephemeralPorts())): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(first, last + 1);
    if ((await isClaimed(port)) && (await isUnheard(port))) return port;
  }
  throw new Error(`no port from ${first} to ${last} is free, by ${TRIES} tries`);
}

/** The larger part beside the ephemeral ports, which `text` says as Linux does: the least and the greatest. */
export function offeredPorts(text = USUAL_EPHEMERAL): Ports {
  const [least = LAST, most = LAST] = text.trim().split(/\s+/).map(Number);
  const below = { first: FIRST, last: least - 1 };
  const above = { first: Math.max(most + 1, FIRST), last: LAST };
  const larger = below.last - below.first >= above.last - above.first ? below : above;
  return larger.last > larger.first ? larger : { first: FIRST, last: LAST };
}

function ephemeralPorts(): string | undefined {
  try {
    return readFileSync(EPHEMERAL, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Holds the UDP port of the same number, which no server of ours wants, until this process ends: of all processes that ask
 * here one gets it, and the system takes it back from one that was killed.
 */
function isClaimed(port: number): Promise<boolean> {
  const claim = createSocket('udp4').unref();
  return new Promise((answer) => {
    claim.once('error', () => {
      claim.close();
      answer(false);
    });
    claim.bind(port, HOST, () => {
      answer(true);
    });
  });
}

function isUnheard(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((answer) => {
    server.once('error', () => {
      answer(false);
    });
    server.listen(port, HOST, () => {
      server.close(() => {
        answer(true);
      });
    });
  });
}
