/** Which names and addresses only this machine can reach. */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether `name` is `localhost`, a name under it, or a loopback address (without brackets or port). */
export function isLoopbackName(name: string): boolean {
  // asked of every request, and nearly always of one of these
  if (name === 'localhost' || name === '127.0.0.1' || name === '::1') return true;
  const version = isIP(name);
  if (version !== 0) return loopback.check(name, version === 4 ? 'ipv4' : 'ipv6');
  const lower = name.toLowerCase();
  return lower === 'localhost' || lower.endsWith('.localhost');
}

/** Whether a `Host` header (name or address, perhaps with a port) names this machine only. */
export function isLoopbackHost(header: string): boolean {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(header);
  const name = parts?.[1] ?? parts?.[2];
  return name !== undefined && isLoopbackName(name);
}
