import type { SyncTransport } from "../src/connection/transport.ts";
import { CallError, type NotesServer } from "./notes-server.ts";

/** What befalls one call: before the server hears it, or after it has answered. */
export type Fault = "lose-request" | "lose-response" | "none" | Error;

export interface FaultTransport extends SyncTransport {
  /** Decides about each call; may wait, to hold it back. */
  decide: (kind: "push" | "pull") => Fault | Promise<Fault>;
  readonly calls: { readonly kind: "push" | "pull"; readonly input: unknown }[];
}

export function createFaultTransport(server: NotesServer, userId: string): FaultTransport {
  const calls: FaultTransport["calls"] = [];
  const transport: FaultTransport = {
    calls,
    decide: () => "none",
    push: (input, { signal }) =>
      Promise.race([aborted(signal), call("push", input, () => server.push(userId, overTheWire(input)))]),
    pull: (request, { signal }) =>
      Promise.race([aborted(signal), call("pull", request, () => server.pull(userId, overTheWire(request)))]),
  };

  async function call<Result>(kind: "push" | "pull", input: unknown, run: () => Promise<Result>): Promise<Result> {
    const fault = await transport.decide(kind);
    calls.push({ kind, input });
    if (fault instanceof Error) throw fault;
    if (fault === "lose-request") throw new TypeError("fetch failed");
    const answer = overTheWire(await run());
    if (fault === "lose-response") throw new TypeError("terminated");
    return answer;
  }
  return transport;
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

const overTheWire = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

export const refusal = (code: string, httpStatus: number, details: Readonly<Record<string, unknown>> = {}): CallError =>
  new CallError(`refused with ${code}`, { code, httpStatus, ...details });
