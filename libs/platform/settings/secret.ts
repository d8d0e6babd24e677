/** A text that must not be shown: it is read on purpose or not at all, however the object that holds it is logged or printed. */
import { inspect } from 'node:util';

const HIDDEN = '***';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** For the driver that needs it alone. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
