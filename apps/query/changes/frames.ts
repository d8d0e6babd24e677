/** Notices as Server-Sent Events (WHATWG HTML, 9.2): one event for each change, and one that says from where to resume. */
import { presentChange, textOfPlace, type Change, type ChangesPlace, type Notice } from '#application';
import { SharedPiece } from '#platform';

/** Milliseconds after which a browser connects again. */
const RETRY_MS = 1000;

/** Why nothing more is sent. `renewal`: it has lasted long, and its token is looked at again where it resumes. */
export type EndReason = 'slow' | 'stopping' | 'unavailable' | 'renewal';

/** Notices and changes are the same objects for all who asked the same: each is written once. */
const written = new WeakMap<Notice, SharedPiece>();
const texts = new WeakMap<Change, string>();

/** Says nothing but that the stream is alive. */
const COMMENT = ':\n\n';
export const FIRST_FRAME = `retry: ${RETRY_MS}\n\n`;

export function endFrame(why: EndReason): string {
  return frame('end', { why });
}

/** The place comes last: it says that all before it has come. Without an event of its own `id` would not be seen by pages. */
export function pieceOf(notice: Notice): SharedPiece {
  let piece = written.get(notice);
  if (piece === undefined) {
    piece = new SharedPiece(Buffer.from(framesOf(notice).join('') || COMMENT));
    written.set(notice, piece);
  }
  return piece;
}

/** The same in pieces of whole events, none of them longer than `most` unless one event is. */
export function* piecesOf(notice: Notice, most: number): Generator<Buffer, void> {
  let piece: Buffer[] = [];
  let length = 0;
  for (const each of framesOf(notice).map((text) => Buffer.from(text))) {
    if (length > 0 && length + each.length > most) {
      yield Buffer.concat(piece);
      piece = [];
      length = 0;
    }
    piece.push(each);
    length += each.length;
  }
  if (length > 0) yield Buffer.concat(piece);
}

function framesOf({ reset, changes, place }: Notice): readonly string[] {
  return [reset ? frame('reset', {}) : '', ...changes.map(textOf), place === null ? '' : placeFrame(place)];
}

function textOf(change: Change): string {
  let text = texts.get(change);
  if (text === undefined) {
    text = frame(change.kind, presentChange(change));
    texts.set(change, text);
  }
  return text;
}

function placeFrame(place: ChangesPlace): string {
  const id = textOfPlace(place);
  return `id: ${id}\n${frame('position', { position: id.slice(id.indexOf('.') + 1) })}`;
}

/** JSON has no line ends. */
function frame(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
