/** Why the stores must not be worked with as they are (J6), with the next step: one line for the operator, and the start ends. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
