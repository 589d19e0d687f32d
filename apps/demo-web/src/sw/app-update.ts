import { Workbox } from "workbox-window";

/**
 * `none`: this page runs the newest version that this device knows. `waiting`: a newer one is downloaded and takes over
 * when the person says so. `taken-over`: another tab switched to it, this page still runs the older one.
 */
export type AppUpdateState = "none" | "waiting" | "taken-over";

export interface AppUpdate {
  get(): AppUpdateState;
  subscribe(listener: () => void): () => void;
  /** Switches to the newer version and loads the page anew. Drafts and queued changes are on disk by then. */
  apply(): void;
}

const CHECK_EVERY_MS = 60 * 60 * 1000;

/** What of Workbox is used here. */
interface WorkerEvents {
  addEventListener(
    kind: "waiting" | "controlling",
    listener: (event: { readonly isUpdate?: boolean; readonly isExternal?: boolean }) => void,
  ): void;
  messageSkipWaiting(): void;
}

/** Watches for newer versions of the app, and switches to one when asked. */
export function createAppUpdate(deps: { readonly workbox: WorkerEvents; readonly reload: () => void }): AppUpdate {
  const listeners = new Set<() => void>();
  let state: AppUpdateState = "none";
  let appliedHere = false;

  const enter = (next: AppUpdateState) => {
    state = next;
    for (const listener of listeners) listener();
  };

  deps.workbox.addEventListener("waiting", () => enter("waiting"));
  deps.workbox.addEventListener("controlling", (event) => {
    if (appliedHere) return deps.reload();
    // The very first worker takes control of a page that has its own version already.
    if (event.isUpdate === true || event.isExternal === true) enter("taken-over");
  });

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply() {
      if (state === "taken-over") return deps.reload();
      appliedHere = true;
      deps.workbox.messageSkipWaiting();
    },
  };
}

/** The worker of the built app; `undefined` where the browser has none or in watch mode. */
export function startAppUpdate(): AppUpdate | undefined {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return undefined;
  const workbox = new Workbox("/service-worker.js", { type: "module" });
  const update = createAppUpdate({ workbox, reload: () => window.location.reload() });
  // Refused by a full disk or a policy: the app works on, it only does not open offline.
  const registered = workbox.register().catch(() => undefined);
  window.setInterval(() => void checkForUpdate(workbox, registered), CHECK_EVERY_MS);
  return update;
}

async function checkForUpdate(
  workbox: Workbox,
  registered: Promise<ServiceWorkerRegistration | undefined>,
): Promise<void> {
  if ((await registered) !== undefined && navigator.onLine) await workbox.update();
}
