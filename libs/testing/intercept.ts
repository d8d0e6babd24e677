/** Puts a function between an object's method and its callers: to count calls, and to make them fail. */

/** `hook` gets the method as it was and what it was called with. Answers a function that takes the hook away again. */
export function intercept<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  hook: (original: Target[Name], ...call: Parameters<Method<Target[Name]>>) => ReturnType<Method<Target[Name]>>,
): () => void {
  const original = (target[name] as Method<Target[Name]>).bind(target) as Target[Name];
  const value = (...call: Parameters<Method<Target[Name]>>) => hook(original, ...call);
  // defined rather than assigned: a driver's methods are read-only
  Object.defineProperty(target, name, { value, configurable: true });
  return () => {
    Object.defineProperty(target, name, { value: original, configurable: true });
  };
}

type Method<T> = T extends (...call: infer Call) => infer Answer ? (...call: Call) => Answer : never;
