/** Work in steps, so that other requests get a turn between them: a generator that yields nothing, and returns the result. */
export type Steps<T> = Generator<void, T>;

/** All steps one after the other, where there is nobody to give a turn to. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
