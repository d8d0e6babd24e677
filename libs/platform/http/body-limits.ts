/** How large bodies may be that are read as a whole. */
import { mostOfOne } from '#application';

/** A text is lines of hosts: a million of them are more bytes than JSON may have, and are read with less work. */
const TEXT_PER_JSON = 4;

export interface BodyLimits {
  /** Of all bodies that are read or held at one time. */
  readonly heldBytes: number;
  /** Of all large bodies that are worked on at one time. */
  readonly workedBytes: number;
  /** Of all decoders at one time. */
  readonly decoderBytes: number;
  /** Of one, but for plain text. */
  readonly bodyBytes: number;
}

/** Of a body of plain text: with it, too, its sender leaves the rest of all bodies to others. */
export function mostTextBytes({ heldBytes, bodyBytes }: Pick<BodyLimits, 'heldBytes' | 'bodyBytes'>): number {
  return Math.min(TEXT_PER_JSON * bodyBytes, mostOfOne(heldBytes));
}
