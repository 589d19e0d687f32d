/**
 * Navigations that belong to the server, matched against path and query: everything it answers itself, and every path
 * that names a file. All others are pages of the app.
 */
export const serverPaths: readonly RegExp[] = [
  /^\/(?:trpc|api|metrics|healthz|readyz|ws|yjs)(?:[/?]|$)/,
  /^[^?]*\/[^/?]+\.[^/?]+(?:\?|$)/,
];
