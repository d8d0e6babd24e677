/** Requests written byte by byte, for what a client of HTTP does not show. */
import { connect, type Socket } from 'node:net';

/** The route of the controller that specs serve. */
export const PATH = '/api/v1/things';

export interface Wire {
  readonly socket: Socket;
  /** All that came back, once the other side ended it. */
  readonly closed: Promise<string>;
  /** Resolves once this has come back. */
  said(text: RegExp): Promise<string>;
}

/** Opens a connection and sends the parts, one after the other. */
export function wireTo(origin: string, ...parts: readonly string[]): Wire {
  return wireFrom('127.0.0.1', origin, ...parts);
}

/** As {@link wireTo}, from another address of this machine: where there are no tokens, that is another holder. */
export function wireFrom(localAddress: string, origin: string, ...parts: readonly string[]): Wire {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', localAddress });
  let text = '';
  const wakes = new Set<() => void>();
  const wake = (): void => {
    for (const one of wakes) one();
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text += chunk.toString();
    wake();
  });
  for (const part of parts) socket.write(part);
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(text);
      wake();
    });
  });
  const said = (wanted: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (wanted.test(text)) resolve(text);
        else if (socket.destroyed) reject(new Error(`closed after: ${text}`));
      };
      wakes.add(look);
      look();
    });
  return { socket, closed, said };
}

/** A connection that asks and takes nothing of the answer. */
export function readerOf(origin: string, path = PATH): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  return socket;
}

const head = (path: string, more: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${more}\r\n`;
export const announced = (bytes: number, path = PATH): string => head(path, `Content-Length: ${bytes}\r\n`);
export const chunked = (path = PATH): string => head(path, 'Transfer-Encoding: chunked\r\n');
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
export const END = '0\r\n\r\n';
/** JSON of this many bytes. */
export const json = (bytes: number): string => `{${' '.repeat(bytes - 2)}}`;
