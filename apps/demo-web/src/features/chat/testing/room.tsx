import { randomUUID } from "node:crypto";
import { tidemarkContract } from "@tidemark/api/contracts";
import { createSync } from "@tidemark/sync-client";
import { SyncProvider } from "@tidemark/sync-client/react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { vi } from "vitest";
import { ApiProvider } from "../../../use-api.tsx";
import { createLessonServer, type LessonServer } from "./lesson-server.ts";

/** A lesson's room on one person's device, whose page shows no more than what a hook answers. */
export interface Room<Value> {
  readonly server: LessonServer;
  readonly userId: string;
  /** The other person in the lesson. */
  readonly tutorId: string;
  /** What the hook answered last. */
  current(): Value;
  /** Waits until what the hook answers passes. */
  until(check: (current: Value) => void): Promise<void>;
  /** Runs what changes the page; the page has followed when this returns. */
  act(change: () => void): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RoomOptions<Value> {
  /** Called in a component, so hooks may be. */
  readonly use: (room: { readonly lessonId: string; readonly userId: string }) => Value;
  /** What happened before the device was there: it has pulled it when the room opens. */
  readonly before?: (school: {
    readonly server: LessonServer;
    readonly userId: string;
    readonly tutorId: string;
  }) => Promise<void>;
}

const POLL_INTERVAL_MS = 20;
const SOON = { timeout: 30_000, interval: 5 };

export async function openRoom<Value>({ use, before }: RoomOptions<Value>): Promise<Room<Value>> {
  const server = createLessonServer();
  const [userId, tutorId] = [randomUUID(), randomUUID()];
  await before?.({ server, userId, tutorId });
  const api = server.api(userId);
  const sync = createSync({
    contract: tidemarkContract,
    trpc: api,
    user: { id: userId },
    pollIntervalMs: POLL_INTERVAL_MS,
    backgroundSync: false,
  });
  await vi.waitUntil(() => sync.status.get().state === "synced", SOON);

  let current: { readonly value: Value } | undefined;
  const Page = () => {
    current = { value: use({ lessonId: server.lessonId, userId }) };
    return null;
  };
  const root = createRoot(document.createElement("main"));
  flushSync(() =>
    root.render(
      <ApiProvider api={api}>
        <SyncProvider sync={sync}>
          <Page />
        </SyncProvider>
      </ApiProvider>,
    ),
  );
  const read = (): Value => {
    if (current === undefined) throw new Error("The hook threw before it answered.");
    return current.value;
  };
  return {
    server,
    userId,
    tutorId,
    current: read,
    until: (check) => vi.waitFor(() => check(read()), SOON),
    act: flushSync,
    async [Symbol.asyncDispose]() {
      root.unmount();
      await sync.stop();
    },
  };
}
