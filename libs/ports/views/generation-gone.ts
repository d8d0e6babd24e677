/** What calls that name a generation may throw. */

/** The generation does not exist: it was dropped, was never made, or is still loading. Who looks again finds the one that is served now. */
export class GenerationGone extends RangeError {
  override readonly name = 'GenerationGone';

  constructor(readonly generation: number) {
    super(`the views have no generation ${generation}: it was dropped, or is not loaded yet`);
  }
}
