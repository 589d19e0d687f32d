/** Runs before the app: toasts, which go after six seconds, stay. */
export const KEEP_TOASTS = `{
  const start = setTimeout.bind(window);
  window.setTimeout = (run, ms, ...values) => (ms === 6000 ? 0 : start(run, ms, ...values));
}`;
