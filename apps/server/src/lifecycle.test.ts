import { describe, expect, it } from "vitest";
import { createLifecycle, type LifecycleStep } from "./lifecycle.ts";

function recorded(options: { readonly failingStart?: string; readonly failingStop?: string } = {}) {
  const events: string[] = [];
  const step = (name: string): LifecycleStep => ({
    name,
    start: async () => {
      events.push(`start ${name}`);
      if (name === options.failingStart) throw new TypeError(`${name} cannot start`);
    },
    stop: async () => {
      events.push(`stop ${name}`);
      if (name === options.failingStop) throw new TypeError(`${name} cannot stop`);
    },
  });
  const lifecycle = createLifecycle({
    steps: [step("database"), step("http")],
    drainNotice: async () => {
      events.push("notice");
    },
    onError: (name) => events.push(`error ${name}`),
  });
  return { events, lifecycle };
}

describe("the lifecycle", () => {
  it("starts in order and, after the notice, stops in the opposite order", async () => {
    const { events, lifecycle } = recorded();
    await lifecycle.start();
    expect(lifecycle.state()).toBe("ready");
    const stopped = lifecycle.stop();
    expect(lifecycle.state()).toBe("draining");
    await stopped;
    expect(events).toEqual(["start database", "start http", "notice", "stop http", "stop database"]);
  });

  it("stops what was started when a later step cannot start", async () => {
    const { events, lifecycle } = recorded({ failingStart: "http" });
    await expect(lifecycle.start()).rejects.toThrow("http cannot start");
    expect(events).toEqual(["start database", "start http", "stop http", "stop database"]);
  });

  it("stops the others when one step fails to stop", async () => {
    const { events, lifecycle } = recorded({ failingStop: "http" });
    await lifecycle.start();
    await lifecycle.stop();
    expect(events.slice(-3)).toEqual(["stop http", "error http", "stop database"]);
  });

  it("stops once, however often it is told to", async () => {
    const { events, lifecycle } = recorded();
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(events.filter((event) => event === "stop database")).toHaveLength(1);
  });
});
