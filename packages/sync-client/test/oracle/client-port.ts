import type { PullOutput, PullRequest, PushInput, PushOutput } from "@tidemark/api/contracts";
import type { DeadLetter, QueuedOperation, RowState, SyncStatus } from "../../src/sync.ts";
import type { Invariant } from "./violation.ts";

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
  readonly userId: string;
  readonly transport: {
    /** @throws RequestFailure */
    push(input: PushInput): Promise<PushOutput>;
    /** @throws RequestFailure */
    pull(request: PullRequest): Promise<PullOutput>;
    /** Rises when responses that are under way get lost, those that a frozen tab has not heard among them. */
    lostResponses(): number;
  };
  readonly clock: {
    /** Milliseconds since 1970, wrong by whatever this device's clock is wrong. */
    now(): number;
    after(delayMs: number, run: () => void): () => void;
  };
  readonly newId: () => string;
  readonly newDeviceId: () => string;
  /** A number that no other author in this world has. */
  readonly newAuthorId: () => number;
  readonly random: () => number;
  /** Most changes that a pull asks for. */
  readonly pageLimit: number;
  readonly browser: BrowserWeather;
  /** The app that its next start loads. */
  readonly app: { version: number };
  /** Something on the disk or on a screen may look different now. */
  readonly changed: () => void;
  /** Something that must never happen has happened on the device. */
  readonly breaks: (invariant: Invariant, message: string) => void;
}

/** What befalls tabs and disk of one device. */
export interface BrowserWeather {
  /** Open from the start. */
  readonly tabs: number;
  /** Chance that the disk makes a transaction wait at its begin or before its commit. */
  diskPause: number;
  readonly diskPauseMs: number;
  /** Longest time that a message between tabs takes. */
  readonly channelMs: number;
}

export interface WriteRequest {
  readonly name: string;
  readonly args: unknown;
}

export interface PulledRow {
  readonly scope: string;
  readonly version: number;
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

/** An operation that is on the disk. */
export interface KeptOperation extends WriteRequest {
  readonly id: string;
  /** Place among all operations of the device. */
  readonly order: number;
  /** `queued`: waits for its verdict; `settled`: applied, and no pull has shown it; `refused`: waits for a person. */
  readonly state: "queued" | "settled" | "refused";
  /** Given up before it was answered: it has no effect any more, and only holds its place in the queue. */
  readonly retired?: string;
}

/** Somebody who writes through a client and sees what it shows: a tab, where the client has tabs. */
export interface Author {
  readonly id: number;
  /** Of the contract that its app speaks. */
  readonly version: number;
  /** Ids of the rows of an entity that the author sees; of one list, where rows lie in lists. */
  rows(entity: "item" | "entry" | "conflict", listId?: string): readonly string[];
  /** Queues operations, several as one group. Says of each what came of it, and nothing if the author dies meanwhile. */
  write(operations: readonly WriteRequest[]): Promise<readonly WriteOutcome[]>;
}
/** `queued`: durable on the device; `refused`: the client itself would not take it. */
export type WriteOutcome = "queued" | "refused";

/** What befalls the tabs of a device; `pick` says which. */
export type TabStep =
  | { readonly what: "open" | "close" | "kill" | "hint"; readonly pick: number }
  | { readonly what: "freeze" | "hide"; readonly pick: number; readonly forMs: number };

/** A running client, as the world drives and looks at it. */
export interface ClientPort {
  /** `undefined` while nobody can write. */
  author(pick: number): Author | undefined;
  shown(): ShownPull;
  operations(): readonly KeptOperation[];
  /** Whether the disk is about to take in what the client has heard from the server. */
  isStoring(): boolean;
  /** What the tabs show that are awake. */
  screens(): readonly Screen[];
  tab(step: TabStep): void;
  /** A person decides about a refused operation, if there is one. */
  decide(pick: number, decision: "retry" | "discard"): void;
  /** Whether its app has heard of an entity. */
  knows(entity: string): boolean;
  /** The scopes that it asks for. */
  wanted(): readonly string[];
  /** Somebody begins to look at a scope, or does not any more. */
  choose(pick: number, choice: { readonly scope: string; readonly isWanted: boolean }): void;
  /**
   * The browser clears what is on the device; answers the intentions that a tab remembers for sure as long as it lives, and
   * that wait to be sent.
   */
  evict(): readonly string[];
  /** The device holds another cursor than its own (a copied profile, a mixed-up backup). */
  misplaceCursor(cursor: string): void;
  /** The faults are over: every tab is awake and seen. */
  calm(): void;
  /** The process dies: what is not on the disk is gone, and nothing of it happens any more. */
  crash(): void;
}

/** The public surface of one tab at one moment. */
export interface Screen {
  readonly author: number;
  readonly status: SyncStatus;
  readonly outbox: readonly QueuedOperation[];
  readonly deadLetters: readonly DeadLetter[];
  /** By `entity/id`. */
  readonly rows: ReadonlyMap<string, ScreenRow>;
  /** Its replica cannot lag behind the disk: it leads, and has not been frozen since. */
  readonly isCurrent: boolean;
  /** How the device's exchanges with the server have ended, for so many milliseconds. */
  readonly heard: Heard["state"];
  readonly heardForMs: number;
  /** For how long the device's disk has taken in what it was given, without a failure; below 0 while it has not. */
  readonly storesForMs: number;
  /** How long no tab of the device has thawed. */
  readonly thawedForMs: number;
  /** How long somebody has been able to look at it, without a break; 0 while it is hidden. */
  readonly visibleForMs: number;
}

export interface ScreenRow {
  readonly value: Readonly<Record<string, unknown>>;
  readonly state: RowState;
}

/** How the last exchange of a device ended, and since when they end so, by its clock. */
export interface Heard {
  state: "nothing" | "well" | "lost" | "refused";
  since: number;
  /** The server has said that it takes the device's app no more. */
  isTooOld: boolean;
}

/** A kind of client: the model of these tests, or the SDK's core. `Disk` is what survives its crashes. */
export interface ClientKind<Disk> {
  createDisk(ports: ClientPorts): Disk;
  start(disk: Disk, ports: ClientPorts): ClientPort;
  /** It has nothing but its disk: it cannot go on without. */
  readonly evictsOnlyClosed?: boolean;
}
