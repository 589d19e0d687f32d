import { useEffect, useState } from "react";

/** Milliseconds since 1970 by the device's clock: for display and token life only, never for order. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The time now, read again every `everyMs`, so that ages on the page grow. */
export function useNow(everyMs: number, clock: Clock = systemClock): number {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, clock]);
  return now;
}
