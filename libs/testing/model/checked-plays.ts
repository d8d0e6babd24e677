/** Plays for a spec file: what is played in a test is, after it, also given to the simple model, which must see the same. */
import { foldOf } from './fold.js';
import { modelOf } from './model.js';
import { Play } from './play.js';

/** Call it once at the top of the file; what it answers makes a play of given fates, as `new Play` does. */
export function checkedPlays(): (...fates: readonly string[]) => Play {
  const plays: Play[] = [];
  afterEach(() => {
    for (const { history } of plays.splice(0)) expect(foldOf(history)).toEqual(modelOf(history));
  });
  return (...fates) => {
    const play = new Play(...fates);
    plays.push(play);
    return play;
  };
}
