/** The browser's storage, or nothing where merely asking for it is refused (blocked cookies). */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
