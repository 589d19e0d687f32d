import type { TabChannel, TabMessage } from "../../../src/tabs/channel.ts";
import type { TabLife } from "./tab-life.ts";

interface Listener {
  readonly life: TabLife;
  readonly hear: (message: TabMessage) => void;
}

/** The BroadcastChannel of one browser: every other tab hears each message, late, and in the order of the posts. */
export function createSimulatedChannel(deps: {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
  readonly delay: () => number;
}) {
  const { now, after, delay } = deps;
  let listeners: readonly Listener[] = [];
  let lastArrival = 0;
  /** On their way, in the order of the posts: times that differ in their last bit must not let one overtake another. */
  const posted: { readonly hearers: readonly Listener[]; readonly message: TabMessage }[] = [];

  return {
    channelOf: (life: TabLife): TabChannel => ({
      post(message) {
        if (life.state === "dead") return;
        const hearers = listeners.filter((listener) => listener.life !== life);
        if (hearers.length === 0) return;
        posted.push({ hearers, message });
        lastArrival = Math.max(lastArrival, now() + delay());
        after(lastArrival - now(), arrive);
      },
      listen: (hear) => void (listeners = [...listeners, { life, hear }]),
      close: () => void (listeners = listeners.filter((listener) => listener.life !== life)),
    }),
  };

  function arrive(): void {
    const { hearers = [], message } = posted.shift() ?? {};
    for (const hearer of hearers) {
      hearer.life.deliver(() => {
        if (message !== undefined && listeners.includes(hearer)) hearer.hear(message);
      });
    }
  }
}
export type SimulatedChannel = ReturnType<typeof createSimulatedChannel>;
