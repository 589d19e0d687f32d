/** The tag of the Background Sync that drains the queue. */
export const SYNC_TAG = "tidemark-sync";

interface SyncRegistration {
  readonly sync: { register(tag: string): Promise<void> };
}

/**
 * Asks the browser to wake the service worker once there is a network, where it can: a hint, since a person may forbid it
 * and most browsers do not have it.
 */
export function requestBrowserDrain(): void {
  globalThis.navigator?.serviceWorker?.ready
    .then(({ sync }: ServiceWorkerRegistration & Partial<SyncRegistration>) => sync?.register(SYNC_TAG))
    .catch(() => {});
}
