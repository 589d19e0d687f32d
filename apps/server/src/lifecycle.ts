import type { ServingState } from "./http/health-routes.ts";

/** One part of the running server. */
export interface LifecycleStep {
  readonly name: string;
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

export interface Lifecycle {
  state(): ServingState;
  /** Starts the steps in order; when one fails, those already started are stopped again. */
  start(): Promise<void>;
  /** Drains, then stops what was started, last first. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * `starting` → `ready` → `draining`. While draining, health checks fail already and requests are still taken, for as long
 * as `drainNotice` lasts: load balancers look elsewhere before the door closes.
 */
export function createLifecycle({
  steps,
  drainNotice,
  onError,
}: {
  readonly steps: readonly LifecycleStep[];
  readonly drainNotice: () => Promise<void>;
  /** Told of a step that failed to stop; the others are stopped all the same. */
  readonly onError: (step: string, error: unknown) => void;
}): Lifecycle {
  const started: LifecycleStep[] = [];
  let state: ServingState = "starting";
  let stopped: Promise<void> | undefined;

  const stopStarted = async () => {
    for (const step of started.toReversed()) {
      await step.stop?.().catch((error: unknown) => onError(step.name, error));
    }
  };

  return {
    state: () => state,
    start: async () => {
      try {
        for (const step of steps) {
          started.push(step);
          await step.start?.();
          if (state === "draining") return;
        }
      } catch (error) {
        state = "draining";
        await (stopped ??= stopStarted());
        throw error;
      }
      state = "ready";
    },
    stop: () => {
      const wasReady = state === "ready";
      state = "draining";
      stopped ??= (wasReady ? drainNotice() : Promise.resolve()).then(stopStarted);
      return stopped;
    },
  };
}
