import { Workbox } from "workbox-window";
import { createListeners } from "../listeners.ts";

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
/** In a tab in the background nothing is painted. */
const FIRST_PAINT_TIMEOUT_MS = 3000;

/** What of Workbox is used here. */
interface WorkerEvents {
  addEventListener(
    kind: "waiting" | "controlling",
    listener: (event: { readonly isUpdate?: boolean; readonly isExternal?: boolean }) => void,
  ): void;
  messageSkipWaiting(): void;
}

export interface AppUpdateDeps {
  readonly workbox: WorkerEvents;
  readonly reload: () => void;
  /** A worker served this page; without one, whichever takes control brings nothing newer. */
  readonly isControlled: boolean;
}

/** Watches for newer versions of the app, and switches to one when asked. */
export function createAppUpdate(deps: AppUpdateDeps): AppUpdate {
  const { subscribe, notify } = createListeners();
  let state: AppUpdateState = "none";
  let appliedHere = false;
  let { isControlled } = deps;

  const enter = (next: AppUpdateState) => {
    state = next;
    notify();
  };

  deps.workbox.addEventListener("waiting", () => enter("waiting"));
  deps.workbox.addEventListener("controlling", (event) => {
    if (appliedHere) return deps.reload();
    // The very first worker takes control of a page that has its own version already, also where an earlier page, closed
    // since, had begun to install it.
    if (isControlled && (event.isUpdate === true || event.isExternal === true)) enter("taken-over");
    isControlled = true;
  });

  return {
    get: () => state,
    subscribe,
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
  const isControlled = navigator.serviceWorker.controller !== null;
  const update = createAppUpdate({ workbox, reload: () => window.location.reload(), isControlled });
  // Refused by a full disk or a policy: the app works on, it only does not open offline. After the first paint: the worker
  // loads the whole app, and whoever waits for the page has no time for that.
  const registered = firstPaint().then(async () => await workbox.register({ immediate: true }).catch(() => undefined));
  window.setInterval(() => void checkForUpdate(workbox, registered), CHECK_EVERY_MS);
  return update;
}

async function checkForUpdate(
  workbox: Workbox,
  registered: Promise<ServiceWorkerRegistration | undefined>,
): Promise<void> {
  if ((await registered) !== undefined && navigator.onLine) await workbox.update();
}

/** Resolves once the page has shown something, or could not tell for that long. */
function firstPaint(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName("first-contentful-paint").length === 0) return;
    observer.disconnect();
    resolve();
  }).observe({ type: "paint", buffered: true });
  setTimeout(resolve, FIRST_PAINT_TIMEOUT_MS);
  return promise;
}
