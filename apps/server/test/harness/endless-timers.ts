/** Runs before the app: timers of so many milliseconds never end. */
const endlessTimer = (ms: number): string => `{
  const start = setTimeout.bind(window);
  window.setTimeout = (run, after, ...values) => (after === ${ms} ? 0 : start(run, after, ...values));
}`;

/** Toasts stay, which otherwise go after six seconds. */
export const KEEP_TOASTS = endlessTimer(6_000);
/** The page of an invitation waits for its lesson's name for as long as that takes, and not for two seconds. */
export const WAIT_FOR_PREVIEW = endlessTimer(2_000);
/** No message has waited long enough to say so. */
export const NEVER_LONG = endlessTimer(600);
