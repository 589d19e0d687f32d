import {
  byteLength,
  type AnySyncContract,
  type OperationResult,
  type PullOutput,
  type PushInput,
  type PushOutput,
} from "@tidemark/api/contracts";
import { isoTime, systemClock } from "../clock.ts";
import type { CallOptions, SyncTrpcClient } from "../connection/transport.ts";
import { newId } from "../ids.ts";
import { createCell } from "../observable.ts";
import { databaseName } from "../storage/database-name.ts";
import type { Observable } from "../sync.ts";
import { createBrowserChannel } from "../tabs/channel.ts";
import { describeFault } from "./describe-fault.ts";
import { mergeLogs, noteExchange, type ExchangeLog, type SyncExchange, type TracedOperation } from "./exchange-log.ts";

export interface TraceOptions {
  readonly contract: AnySyncContract;
  /** The client that you would give to `createSync` or `drainQueue`. */
  readonly trpc: SyncTrpcClient;
  readonly user: { readonly id: string };
}

/** What goes over the wire for one person on this device, whichever tab sends it. */
export interface SyncTrace {
  /** To be given to `createSync` or `drainQueue` in place of the one it was made of. */
  readonly trpc: SyncTrpcClient;
  /** `by` of the exchanges that this tab makes. */
  readonly id: string;
  /** Newest first, at most 200. They live as long as a tab that traces does. */
  readonly exchanges: Observable<ExchangeLog>;
  stop(): void;
}

type TraceMessage =
  | { readonly type: "exchange"; readonly exchange: SyncExchange }
  /** A tab has opened and knows of nothing. */
  | { readonly type: "hello" }
  | { readonly type: "log"; readonly log: ExchangeLog };

/**
 * Watches the requests of `createSync`: when, how long, how much, what came of each operation. Costs a `JSON.stringify` of
 * each request and answer, which is why it is not part of the core; holds ids and names, never what people wrote.
 *
 * @example
 * const trace = traceSync({ contract, trpc, user });
 * const sync = createSync({ contract, trpc: trace.trpc, user });
 * trace.exchanges.subscribe(() => console.table(trace.exchanges.get()));
 */
export function traceSync({ contract, trpc, user }: TraceOptions): SyncTrace {
  const id = newId();
  const exchanges = createCell<ExchangeLog>([]);
  const channel = createBrowserChannel<TraceMessage>(`${databaseName(contract.name, user.id)}:trace`);
  channel.listen(hear);
  channel.post({ type: "hello" });

  return {
    id,
    exchanges,
    trpc: {
      sync: {
        push: {
          mutate: (input, options) =>
            watch(beginPush(input), { call: () => trpc.sync.push.mutate(input, options), options, read: readPush }),
        },
        pull: {
          query: (request, options) =>
            watch(begin("pull", request), {
              call: () => trpc.sync.pull.query(request, options),
              options,
              read: readPull,
            }),
        },
      },
    },
    stop: channel.close,
  };

  function begin(kind: SyncExchange["kind"], sent: unknown): SyncExchange {
    const startedAt = isoTime(systemClock);
    return {
      id: newId(),
      kind,
      by: id,
      startedAt,
      firstStartedAt: startedAt,
      times: 1,
      durationMs: null,
      outcome: "under-way",
      operations: [],
      changes: 0,
      removedScopes: 0,
      sentBytes: bytesOf(sent),
      receivedBytes: 0,
      error: null,
    };
  }

  function beginPush(input: PushInput): SyncExchange {
    const operations = input.ops.map(({ id: operationId, seq, name }) => ({
      ...UNANSWERED,
      id: operationId,
      seq,
      name,
    }));
    return { ...begin("push", input), operations };
  }

  async function watch<Output>(exchange: SyncExchange, { call, options, read }: Watched<Output>): Promise<Output> {
    const startedAt = performance.now();
    const end = (known: Partial<SyncExchange>): void =>
      tell({ ...exchange, durationMs: performance.now() - startedAt, ...known });
    tell(exchange);
    try {
      const output = await call();
      end({ outcome: "ok", receivedBytes: bytesOf(output), ...read(exchange, output) });
      return output;
    } catch (error) {
      const fault = describeFault(error);
      const isAnswer = fault.httpStatus !== null || fault.code !== null;
      end({ outcome: isAnswer ? "refused" : options?.signal?.aborted === true ? "given-up" : "lost", error: fault });
      throw error;
    }
  }

  function tell(exchange: SyncExchange): void {
    exchanges.set(noteExchange(exchanges.get(), exchange));
    channel.post({ type: "exchange", exchange });
  }

  function hear(message: TraceMessage): void {
    switch (message.type) {
      case "exchange":
        return exchanges.set(noteExchange(exchanges.get(), message.exchange));
      case "log":
        return exchanges.set(mergeLogs(exchanges.get(), message.log));
      case "hello":
        if (exchanges.get().length > 0) channel.post({ type: "log", log: exchanges.get() });
    }
  }
}

interface Watched<Output> {
  readonly call: () => Promise<Output>;
  readonly options: CallOptions | undefined;
  /** What the answer says; whatever it is, it must not break the call. */
  readonly read: (exchange: SyncExchange, output: Output) => Partial<SyncExchange>;
}

const UNANSWERED = { verdict: "none", isRepeated: false, code: null } as const;

function readPush({ operations }: SyncExchange, output: PushOutput): Partial<SyncExchange> {
  const results = new Map(listOf(output?.results).map((result) => [result.seq, result]));
  return { operations: operations.map((operation) => withVerdict(operation, results.get(operation.seq))) };
}

function withVerdict(operation: TracedOperation, result: OperationResult | undefined): TracedOperation {
  if (result === undefined) return operation;
  const isRepeated = result.status === "duplicate";
  const verdict = isRepeated ? result.of : result;
  // Once it was confirmed, the server knows of a repeated one only that it had it.
  return { ...operation, isRepeated, verdict: verdict?.status ?? "none", code: verdict?.error?.code ?? null };
}

const readPull = (_: SyncExchange, output: PullOutput): Partial<SyncExchange> => ({
  changes: listOf(output?.changes).length,
  removedScopes: listOf(output?.removedScopes).length,
});

/** Something between us and the server may answer in its stead. */
function listOf<Item>(list: readonly Item[]): readonly Item[] {
  const isList: boolean = Array.isArray(list);
  return isList ? list : [];
}

const bytesOf = (value: unknown): number => byteLength(JSON.stringify(value) ?? "");
