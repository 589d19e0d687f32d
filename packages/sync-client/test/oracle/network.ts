import { RequestFailure } from "./client-port.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What befalls messages on one client's line. */
export interface LineWeather {
  loseRequest: number;
  loseResponse: number;
  duplicate: number;
  /** Longest usual delay of a message, in milliseconds. */
  delayMs: number;
  /** Chance that a message takes up to ten times as long. */
  straggle: number;
  /** What does not get through at all. */
  cut: "nothing" | "requests" | "responses" | "everything";
}

export type Answer =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly code: string; readonly details: Readonly<Record<string, unknown>> };

/** A server's door; `undefined` is a connection that broke. */
export type Serve = (kind: "push" | "pull", body: string) => Promise<Answer | undefined>;

/** How long a client waits for an answer. */
const TIMEOUT_MS = 1_200;

export interface Line {
  readonly weather: LineWeather;
  /** @throws RequestFailure */
  request<Output>(kind: "push" | "pull", input: unknown): Promise<Output>;
  /** What is under way is lost, as when the server's machine goes down. */
  drop(lost: "responses" | "everything"): void;
  /** Rises with every `drop`. */
  drops(): number;
}

export function createLine(deps: {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: LineWeather;
  readonly serve: Serve;
  /** Something reached the client. */
  readonly arrived: () => void;
}): Line {
  const { time, random, weather, serve } = deps;
  /** Each rises when what is under way in its direction is lost. */
  const generation = { requests: 0, responses: 0 };

  const delay = () => random.next() * weather.delayMs * (random.chance(weather.straggle) ? 10 : 1);
  const isCut = (direction: "requests" | "responses") => weather.cut === direction || weather.cut === "everything";

  return {
    weather,
    drops: () => generation.responses,
    drop(lost) {
      generation.responses += 1;
      if (lost === "everything") generation.requests += 1;
    },
    request: (kind, input) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify(input);
        const settle = (answer: Answer | undefined) => {
          stopTimeout();
          deps.arrived();
          if (answer === undefined) reject(new RequestFailure());
          else if (!answer.ok) reject(new RequestFailure(answer.code, answer.details));
          else resolve(JSON.parse(answer.body));
        };
        const stopTimeout = time.after(TIMEOUT_MS, () => settle(undefined));
        const copies = random.chance(weather.duplicate) ? 2 : 1;
        for (let copy = 1; copy <= copies; copy += 1) {
          if (isCut("requests") || random.chance(weather.loseRequest)) continue;
          const sentIn = generation.requests;
          time.after(delay(), () => {
            if (sentIn === generation.requests) void answerLater(kind, body, settle);
          });
        }
      }),
  };

  async function answerLater(kind: "push" | "pull", body: string, settle: (answer: Answer | undefined) => void) {
    const answer = await serve(kind, body);
    if (isCut("responses") || random.chance(weather.loseResponse)) return;
    const sentIn = generation.responses;
    // A second answer to one request falls on a settled promise.
    time.after(delay(), () => {
      if (sentIn === generation.responses) settle(answer);
    });
  }
}
