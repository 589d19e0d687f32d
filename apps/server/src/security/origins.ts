/** Decides which web pages may call. */
export interface Origins {
  /** `own` is the origin that the request itself was sent to. */
  isAllowed(origin: string, own: string): boolean;
}

export function createOrigins(allowed: readonly (string | undefined)[]): Origins {
  const known = new Set(allowed);
  return { isAllowed: (origin, own) => origin === own || known.has(origin) };
}
