import { randomUUID } from "node:crypto";
import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";

export type Client = ReturnType<typeof createClient>;

export function createClient(url: string, accessToken?: string) {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers, methodOverride: "POST" })],
  });
}

export async function signIn(url: string, email: string): Promise<Client> {
  const { accessToken } = await createClient(url).auth.login.mutate({ email, password: "tidemark-demo" });
  return createClient(url, accessToken);
}

/** A UUIDv7 of now: what the protocol asks of operation ids. */
export function operationId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

export interface SentMessage {
  readonly seq: number;
  readonly operationId: string;
  readonly messageId: string;
  readonly text: string;
}

/** A device that pushes messages one batch after another and remembers what the server acknowledged. */
export interface WritingDevice {
  readonly deviceId: string;
  readonly acknowledged: readonly SentMessage[];
  /** The batch whose answer never came, if any: it may or may not have been applied. */
  readonly unanswered: readonly SentMessage[];
  /** Pushes batches until `signal` aborts or the server is gone. */
  writeUntil(client: Client, signal: AbortSignal): Promise<void>;
  /** Sends the unanswered batch again, byte for byte. */
  resend(client: Client): Promise<void>;
}

export function createWritingDevice(lessonId: string, batchSize: number): WritingDevice {
  const deviceId = randomUUID();
  const acknowledged: SentMessage[] = [];
  let unanswered: SentMessage[] = [];
  let nextSeq = 1;

  const push = async (client: Client) => {
    const at = "2026-01-01T00:00:00.000Z";
    const output = await client.sync.push.mutate({
      deviceId,
      ops: unanswered.map((sent) => ({
        id: sent.operationId,
        seq: sent.seq,
        name: "chat.send",
        args: { id: sent.messageId, lessonId, text: sent.text },
        at,
      })),
    });
    const refused = output.results.filter(({ status }) => status !== "applied" && status !== "duplicate");
    if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused[0])}`);
    acknowledged.push(...unanswered);
    unanswered = [];
  };

  return {
    deviceId,
    acknowledged,
    get unanswered() {
      return unanswered;
    },
    async writeUntil(client, signal) {
      while (!signal.aborted) {
        unanswered = Array.from({ length: batchSize }, () => {
          const seq = nextSeq;
          nextSeq += 1;
          return { seq, operationId: operationId(), messageId: randomUUID(), text: `${deviceId} ${seq}` };
        });
        try {
          await push(client);
        } catch (error) {
          if (isNetworkFailure(error)) return;
          throw error;
        }
      }
    },
    async resend(client) {
      if (unanswered.length > 0) await push(client);
    },
  };
}

/** No answer came, as against an answer that refuses. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data === undefined;
}
