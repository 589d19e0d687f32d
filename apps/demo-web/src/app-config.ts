import * as z from "zod";

const demoAccount = z.object({ email: z.string(), password: z.string(), note: z.string() });
const appConfig = z.object({
  /** Milliseconds between pulls while the page is visible. */
  syncPollIntervalMs: z.number().positive().default(2000),
  /** Accounts of the demo school, where the server has one. */
  demoAccounts: z.array(demoAccount).default([]),
});

export type DemoAccount = z.infer<typeof demoAccount>;
export type AppConfig = z.infer<typeof appConfig>;

const STORAGE_KEY = "tidemark:app-config";
const FIRST_TIMEOUT_MS = 3000;
const LATER_TIMEOUT_MS = 500;

export interface AppConfigDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
}

/** The configuration for pages: what is known of it is there at once, so that no page waits to be painted. */
export interface KnownAppConfig {
  /** What the server said now or last time; `undefined` before its first answer ever. */
  get(): AppConfig | undefined;
  readonly loaded: Promise<AppConfig>;
}

export function createAppConfig(deps: AppConfigDeps): KnownAppConfig {
  let known = readKnown(deps.storage);
  const loaded = loadAppConfig(deps).then((config) => (known = config));
  return { get: () => known, loaded };
}

/**
 * What the server says about itself. Offline, or where it is slow to answer, what it said last time: the app must open
 * without it. Never rejects.
 */
export async function loadAppConfig({ fetch, storage }: AppConfigDeps): Promise<AppConfig> {
  const known = readKnown(storage);
  try {
    const signal = AbortSignal.timeout(known === undefined ? FIRST_TIMEOUT_MS : LATER_TIMEOUT_MS);
    const answer = await fetch("/app-config.json", { signal });
    const config = appConfig.parse(await answer.json());
    storage.setItem(STORAGE_KEY, JSON.stringify(config));
    return config;
  } catch {
    // No network, an error page in place of JSON, full storage: none of them may keep the app from opening.
    return known ?? appConfig.parse({});
  }
}

function readKnown(storage: AppConfigDeps["storage"]): AppConfig | undefined {
  const text = storage.getItem(STORAGE_KEY);
  if (text === null) return undefined;
  const parsed = appConfig.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
