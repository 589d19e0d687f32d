import type { PullOutput, PullRequest, PushInput, PushOutput } from "@tidemark/api/contracts";

/** What a refused or lost request shows the client. */
export class RequestFailure extends Error {
  /** The code of the server's error; `undefined` when no answer of the server arrived. */
  readonly code: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code?: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code ?? "No answer arrived.");
    this.name = "RequestFailure";
    this.code = code;
    this.details = details;
  }
}

/** What the world gives to a client: everything that it could otherwise get from a browser. */
export interface ClientPorts {
  readonly transport: {
    /** @throws RequestFailure */
    push(input: PushInput): Promise<PushOutput>;
    /** @throws RequestFailure */
    pull(request: PullRequest): Promise<PullOutput>;
  };
  readonly clock: {
    /** Milliseconds since 1970, wrong by whatever this device's clock is wrong. */
    now(): number;
    after(delayMs: number, run: () => void): () => void;
  };
  readonly newId: () => string;
  readonly newDeviceId: () => string;
  readonly random: () => number;
  /** Most changes that a pull asks for. */
  readonly pageLimit: number;
}

export interface WriteRequest {
  readonly name: string;
  readonly args: unknown;
}

export interface PulledRow {
  readonly scope: string;
  readonly entity: string;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The last pull whose end was stored. */
export interface ShownPull {
  /** As the server gave it; `null` while nothing is shown. */
  readonly cursor: string | null;
  readonly rows: ReadonlyMap<string, PulledRow>;
}

/** A running client, as the world drives and looks at it. */
export interface ClientPort {
  /** Queues operations, several as one group; they are durable when this returns. */
  write(operations: readonly WriteRequest[]): void;
  shown(): ShownPull;
  /** The arguments of every operation that still waits for its verdict or to be shown by a pull. */
  unsettled(): readonly unknown[];
  /** How many operations wait for their verdict. */
  outboxLength(): number;
  /** The arguments of the operations that were refused or parked. */
  refused(): readonly unknown[];
  /** The device holds another cursor than its own (a copied profile, a mixed-up backup). */
  misplaceCursor(cursor: string): void;
  /** The process dies: what is not on the disk is gone, and nothing of it happens any more. */
  crash(): void;
}

/** A kind of client: the model of these tests, or the SDK's core. `Disk` is what survives its crashes. */
export interface ClientKind<Disk> {
  createDisk(ports: ClientPorts): Disk;
  start(disk: Disk, ports: ClientPorts): ClientPort;
}
