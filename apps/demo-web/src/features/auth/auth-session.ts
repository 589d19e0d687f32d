import type { PublicUser, RegisterInput, Session } from "@tidemark/api/contracts";
import { errorCodeOf } from "../../api-errors.ts";
import type { Clock } from "../../clock.ts";
import { createListeners } from "../../listeners.ts";
import type { AuthApi } from "./auth-api.ts";
import type { LeftSession, SessionStore } from "./session-store.ts";

/**
 * `expired`: the server ended the session. The person still sees what is on the device and may go on writing; it is sent
 * once they sign in again.
 */
export type AuthState =
  /** `leftBehind`: what this page's last person left on the device when they signed out. */
  | { readonly status: "signed-out"; readonly leftBehind?: LeftBehind }
  | { readonly status: "signed-in"; readonly user: PublicUser }
  | { readonly status: "expired"; readonly user: PublicUser };

/** Changes that were not sent yet; they wait in the person's own database until they sign in here again. */
export interface LeftBehind {
  readonly email: string;
  readonly operations: number;
}

export interface AuthSession {
  get(): AuthState;
  subscribe(listener: () => void): () => void;
  /** Reads the record of this device; needs no network. */
  restore(): Promise<void>;
  signIn(email: string, password: string): Promise<void>;
  /** Makes an account and signs it in. */
  register(account: RegisterInput): Promise<void>;
  /**
   * Forgets the session on this device at once and ends it on the server, later where that cannot be reached now. `pending`
   * is the number of operations that still wait.
   */
  signOut(pending: number): Promise<void>;
  /** Ends on the server what was signed out of while it could not be reached; what still cannot be ended is kept. */
  endLeftSessions(): Promise<void>;
  /**
   * Ends every session of the person, then forgets this device's. Rejects where the server cannot be reached: nobody may
   * believe that a lost phone is signed out while it is not.
   */
  signOutEverywhere(pending: number): Promise<void>;
  /** The person as the server knows them now, such as after a change of their name. */
  updateUser(user: PublicUser): Promise<void>;
  /**
   * The access token, renewed where it has ended or is the one that the server just refused; `undefined` where the
   * person has to sign in. Rejects where the server cannot be reached: that is never a sign-out.
   */
  accessToken(refused?: string): Promise<string | undefined>;
}

/** What one tab tells the others. Access tokens stay in memory: a channel is memory, storage is not. */
export type AuthSignal =
  | { readonly type: "record-changed" }
  | { readonly type: "renewed"; readonly userId: string; readonly access: AccessToken };

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970 by this device's clock. */
  readonly expiresAt: number;
}

export interface AuthSessionDeps {
  readonly api: AuthApi;
  readonly store: SessionStore;
  readonly clock: Clock;
  /** Runs `work` while no other tab runs its own: two refreshes at once would look like a stolen token. */
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly channel: {
    post(signal: AuthSignal): void;
    listen(listener: (signal: AuthSignal) => void): void;
  };
}

/** A token is renewed this long before its end, so that it does not end on its way. */
const RENEW_BEFORE_MS = 30_000;

export function createAuthSession({ api, store, clock, exclusively, channel }: AuthSessionDeps): AuthSession {
  const { subscribe, notify } = createListeners();
  let state: AuthState = { status: "signed-out" };
  let access: AccessToken | undefined;
  let renewing: Promise<string | undefined> | undefined;

  const enter = (next: AuthState) => {
    if (next.status !== "signed-in") access = undefined;
    if (isSame(state, next)) return;
    state = next;
    notify();
  };

  const usable = (refused?: string): string | undefined =>
    access !== undefined && access.token !== refused && access.expiresAt - RENEW_BEFORE_MS > clock.now()
      ? access.token
      : undefined;

  async function restore(): Promise<void> {
    const record = await store.load();
    if (record === undefined) return enter({ status: "signed-out" });
    if (state.status !== "signed-out" && state.user.id !== record.user.id) access = undefined;
    enter({ status: record.refreshToken === null ? "expired" : "signed-in", user: record.user });
  }

  async function adopt(session: Session): Promise<void> {
    await store.save({ user: session.user, refreshToken: session.refreshToken });
    admit(session);
  }

  function admit({ user, ...issued }: Session): void {
    access = { token: issued.accessToken, expiresAt: clock.now() + issued.expiresIn * 1000 };
    enter({ status: "signed-in", user });
    channel.post({ type: "renewed", userId: user.id, access });
  }

  async function renew(refused: string | undefined): Promise<string | undefined> {
    // While this tab waited for its turn, another may have renewed the token for all of them.
    const passedOn = usable(refused);
    if (passedOn !== undefined) return passedOn;
    const record = await store.load();
    if (record?.refreshToken == null) {
      await restore();
      return undefined;
    }
    try {
      const session = await api.refresh(record.refreshToken);
      // Signed out, or in as somebody else, while the answer was on its way: theirs is the last word. Asked where it is
      // written, or whoever signs out at that very moment is signed in again by it.
      if (!(await store.renew({ user: session.user, refreshToken: session.refreshToken }))) return undefined;
      admit(session);
      return session.accessToken;
    } catch (error) {
      if (errorCodeOf(error) !== "UNAUTHORIZED") throw error;
      if ((await store.load())?.user.id !== record.user.id) return undefined;
      await store.save({ user: record.user, refreshToken: null });
      enter({ status: "expired", user: record.user });
      channel.post({ type: "record-changed" });
      return undefined;
    }
  }

  /** This device is nobody's any more; what still waits is named to whoever stands before it. */
  function leave(pending: number): void {
    enter(
      state.status === "signed-out" || pending === 0
        ? { status: "signed-out" }
        : { status: "signed-out", leftBehind: { email: state.user.email, operations: pending } },
    );
    channel.post({ type: "record-changed" });
  }

  async function accessToken(refused?: string): Promise<string | undefined> {
    if (state.status !== "signed-in") return undefined;
    const current = usable(refused);
    if (current !== undefined) return current;
    renewing ??= exclusively(() => renew(refused)).finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  /** Ended by a token that it gets for it: the page may have none, and the browser's cookie has to go, too. */
  async function endLeft({ id, refreshToken }: LeftSession): Promise<void> {
    try {
      const session = await api.refresh(refreshToken);
      await api.logout(session.accessToken);
    } catch (error) {
      // Refused, it has ended already.
      if (errorCodeOf(error) !== "UNAUTHORIZED") return;
    }
    await store.forgetLeft(id);
  }

  /** One tab after the other: a token that two of them used would look stolen. */
  const endLeftSessions = () =>
    exclusively(async () => {
      for (const left of await store.leftSessions()) await endLeft(left);
    });

  channel.listen((signal) => {
    if (signal.type === "renewed" && state.status === "signed-in" && state.user.id === signal.userId)
      access = signal.access;
    else void restore();
  });

  return {
    get: () => state,
    subscribe,
    restore,

    async signIn(email, password) {
      await adopt(await api.login({ email, password }));
      channel.post({ type: "record-changed" });
    },

    async register(account) {
      await adopt(await api.register(account));
      channel.post({ type: "record-changed" });
    },

    async signOutEverywhere(pending) {
      const token = await accessToken();
      if (token !== undefined) await api.logout(token, { everywhere: true });
      await store.clear();
      leave(pending);
    },

    async updateUser(user) {
      const record = await store.load();
      if (record === undefined || record.user.id !== user.id || state.status === "signed-out") return;
      await store.save({ ...record, user });
      enter({ status: state.status, user });
      channel.post({ type: "record-changed" });
    },

    async signOut(pending) {
      await store.signOut();
      leave(pending);
      // The person is signed out whatever becomes of it; what is left is ended by the next page, or once there is a network.
      await Promise.allSettled([endLeftSessions()]);
    },

    endLeftSessions,
    accessToken,
  };
}

function isSame(before: AuthState, after: AuthState): boolean {
  if (before.status === "signed-out" || after.status === "signed-out") return before.status === after.status;
  return before.status === after.status && before.user.id === after.user.id && before.user.name === after.user.name;
}
