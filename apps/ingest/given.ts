/** Between DTOs and use cases. */

/** The fields that have a value: for amendments, where absent ones stay as they were. A DTO has undefined for them. */
export function given<T extends object>(fields: T): { readonly [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [Name in keyof T]?: Exclude<T[Name], undefined> };
}
