/** Which of the media types that a route offers an `Accept` header asks for (RFC 9110, 12.5.1). */

interface Range {
  /** 0: anything, 1: any of a kind, 2: exactly this. */
  readonly specificity: number;
  readonly quality: number;
}

const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The one of greatest weight; of several, the one that is offered first. Of the ranges that take a type in, the most
 * specific one weighs it. Undefined where the header takes none of them; no header takes anything. A weight that is none
 * counts as 1; other parameters are passed over.
 */
export function chooseMedia<const M extends string>(accept: string | undefined, offered: readonly M[]): M | undefined {
  if (accept === undefined || accept.trim() === '') return offered[0];
  let chosen: M | undefined;
  let best = 0;
  for (const [media, quality] of weigh(accept, offered)) {
    if (quality <= best) continue;
    chosen = media;
    best = quality;
  }
  return chosen;
}

function weigh<M extends string>(accept: string, offered: readonly M[]): readonly (readonly [M, number])[] {
  const found = new Map<M, Range>();
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.map((text) => WEIGHT.exec(text)?.[1]).find((text) => text !== undefined);
    const quality = weight === undefined ? 1 : Number(weight);
    for (const media of offered) {
      const specificity = specificityOf(range, media);
      if (specificity > (found.get(media)?.specificity ?? -1)) found.set(media, { specificity, quality });
    }
  }
  return offered.map((media) => [media, found.get(media)?.quality ?? 0]);
}

/** -1 where the range does not take it in. */
function specificityOf(range: string, media: string): number {
  if (range === media) return 2;
  if (range === `${media.slice(0, media.indexOf('/'))}/*`) return 1;
  return range === '*/*' ? 0 : -1;
}
