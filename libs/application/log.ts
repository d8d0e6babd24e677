/** The log of use cases, for operators. The platform passes its logger; fields never hold secrets or whole bodies. */
export interface Log {
  info(message: string, fields?: object): void;
  /** Something an operator should look at; Hermes continues by itself. */
  warn(message: string, fields?: object): void;
  /** A failure that stops something until it is mended. */
  error(message: string, fields?: object): void;
}

/** Says nothing: for tests. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
