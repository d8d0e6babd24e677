/** Why a process cannot start, as one line for the operator. Anything else that is thrown at start is a defect. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
