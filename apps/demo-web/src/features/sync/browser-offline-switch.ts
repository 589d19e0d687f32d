import { openDB, type DBSchema } from "idb";
import { browserFetch } from "../../api-client.ts";
import { createOfflineSwitch, type OfflineSwitch } from "./offline-switch.ts";

const NAME = "tidemark-offline-switch";

interface SwitchSchema extends DBSchema {
  switch: { key: "isOffline"; value: boolean };
}

/** The switch of this browser profile. In IndexedDB, because a service worker has no other storage. */
export function createBrowserOfflineSwitch(): OfflineSwitch {
  const channel = new BroadcastChannel(NAME);
  const database = openDB<SwitchSchema>(NAME, 1, { upgrade: (db) => void db.createObjectStore("switch") });
  return createOfflineSwitch({
    fetch: browserFetch,
    store: {
      load: async () => (await (await database).get("switch", "isOffline")) ?? false,
      async save(isOffline) {
        const transaction = (await database).transaction("switch", "readwrite", { durability: "strict" });
        await transaction.store.put(isOffline, "isOffline");
        await transaction.done;
      },
    },
    channel: {
      post: (isOffline) => channel.postMessage(isOffline),
      listen: (listener) => channel.addEventListener("message", ({ data }: MessageEvent<boolean>) => listener(data)),
    },
  });
}
