import { expect, test } from "vitest";
import { createOfflineSwitch } from "./offline-switch.ts";

/** A device whose tabs share what is stored and hear each other. */
function createDevice() {
  const device = { isOffline: false, requests: 0, answer: () => Promise.resolve(new Response("ok")) };
  const tabs = new Set<(isOffline: boolean) => void>();
  const openTab = () => {
    let hear = (_isOffline: boolean): void => {};
    return createOfflineSwitch({
      fetch: async (_url, init) => {
        device.requests += 1;
        const aborted = new Promise<never>((_, reject) =>
          init?.signal?.addEventListener("abort", () => reject(new DOMException("Aborted.", "AbortError"))),
        );
        return Promise.race([device.answer(), aborted]);
      },
      store: {
        load: async () => device.isOffline,
        save: async (isOffline) => {
          device.isOffline = isOffline;
        },
      },
      channel: {
        post: (isOffline) => tabs.forEach((tell) => tell !== hear && tell(isOffline)),
        listen: (listener) => {
          hear = listener;
          tabs.add(listener);
        },
      },
    });
  };
  return { device, openTab };
}

test("while it is on no request leaves, in any tab, and each fails as without a network", async () => {
  const { device, openTab } = createDevice();
  const [first, second] = [openTab(), openTab()];
  await first.set(true);
  for (const tab of [first, second]) await expect(tab.fetch("/trpc")).rejects.toThrow(TypeError);
  expect(device.requests).toBe(0);
  expect(second.get()).toBe(true);
  await second.set(false);
  expect(await (await first.fetch("/trpc")).text()).toBe("ok");
});

test("it cuts what is under way, too, as a lost network does", async () => {
  const { device, openTab } = createDevice();
  device.answer = () => new Promise(() => {});
  const tab = openTab();
  const request = tab.fetch("/trpc");
  await expect.poll(() => device.requests).toBe(1);
  await tab.set(true);
  await expect(request).rejects.toThrow(TypeError);
});

test("it outlives the page: one that opens sends nothing before it knows", async () => {
  const { device, openTab } = createDevice();
  await openTab().set(true);
  const next = openTab();
  await expect(next.fetch("/trpc")).rejects.toThrow("switched offline");
  expect(device.requests).toBe(0);
});

test("a request that its caller gives up fails as it would without the switch", async () => {
  const { device, openTab } = createDevice();
  device.answer = () => new Promise(() => {});
  const caller = new AbortController();
  const request = openTab().fetch("/trpc", { signal: caller.signal });
  await expect.poll(() => device.requests).toBe(1);
  caller.abort();
  await expect(request).rejects.toMatchObject({ name: "AbortError" });
});
