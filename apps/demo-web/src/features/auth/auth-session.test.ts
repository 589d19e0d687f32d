import type { Session } from "@tidemark/api/contracts";
import { expect, test } from "vitest";
import { createAuthSession, type AuthSignal } from "./auth-session.ts";
import type { LeftSession, SessionStore, StoredSession } from "./session-store.ts";

const user = { id: "018f0000-0000-7000-8000-000000000001", email: "student@tidemark.test", name: "Student" };
const refusal = Object.assign(new Error("no"), { data: { code: "UNAUTHORIZED", httpStatus: 401 } });
const noNetwork = new TypeError("Failed to fetch");

/** One browser profile: its tabs share the record, the channel and the lock, as IndexedDB and Web Locks do. */
function createProfile(record?: StoredSession) {
  const profile = {
    record,
    nowMs: 0,
    refreshes: [] as string[],
    logouts: [] as string[],
    left: [] as LeftSession[],
    refreshAnswer: undefined as Error | undefined,
    logoutAnswer: undefined as Error | undefined,
    openTab,
  };
  const store: SessionStore = {
    load: async () => profile.record,
    save: async (saved) => {
      profile.record = saved;
    },
    renew: async (renewed) => {
      const isStillTheirs = profile.record?.user.id === renewed.user.id;
      if (isStillTheirs) profile.record = renewed;
      return isStillTheirs;
    },
    clear: async () => {
      profile.record = undefined;
    },
    signOut: async () => {
      const refreshToken = profile.record?.refreshToken;
      if (refreshToken != null) profile.left.push({ id: refreshToken, refreshToken });
      profile.record = undefined;
    },
    leftSessions: async () => [...profile.left],
    forgetLeft: async (id) => {
      profile.left = profile.left.filter((left) => left.id !== id);
    },
  };
  const tabs: ((signal: AuthSignal) => void)[] = [];
  let lock: Promise<unknown> = Promise.resolve();

  const issue = (count: number): Session => ({
    accessToken: `access-${count}`,
    refreshToken: `refresh-${count}`,
    expiresIn: 900,
    user,
  });

  function openTab() {
    const others = () => tabs.filter((listener) => listener !== own);
    let own: (signal: AuthSignal) => void = () => {};
    return createAuthSession({
      api: {
        login: async () => issue(0),
        register: async ({ email, name }) => ({ ...issue(0), user: { ...user, email, name } }),
        refresh: async (token) => {
          profile.refreshes.push(token);
          if (profile.refreshAnswer !== undefined) throw profile.refreshAnswer;
          return issue(profile.refreshes.length);
        },
        logout: async (token, options) => {
          if (profile.logoutAnswer !== undefined) throw profile.logoutAnswer;
          profile.logouts.push(options?.everywhere === true ? `${token} everywhere` : token);
        },
      },
      store,
      clock: { now: () => profile.nowMs },
      exclusively: (work) => {
        const result = lock.then(work);
        lock = result.catch(() => undefined);
        return result;
      },
      channel: {
        post: (signal) => {
          for (const listener of others()) listener(signal);
        },
        listen: (listener) => {
          own = listener;
          tabs.push(listener);
        },
      },
    });
  }
  return profile;
}

const known: StoredSession = { user, refreshToken: "refresh-0" };

test("the app opens signed in from the record, without asking the network", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  expect(tab.get()).toEqual({ status: "signed-in", user });
  expect(profile.refreshes).toEqual([]);
});

test("many calls at once refresh once, and the new refresh token is stored before any of them goes on", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  const tokens = await Promise.all([tab.accessToken(), tab.accessToken(), tab.accessToken()]);
  expect(tokens).toEqual(["access-1", "access-1", "access-1"]);
  expect(profile.refreshes).toEqual(["refresh-0"]);
  expect(profile.record?.refreshToken).toBe("refresh-1");
});

test("two tabs refresh once between them: a rotated token used twice would end the session", async () => {
  const profile = createProfile(known);
  const [first, second] = [profile.openTab(), profile.openTab()];
  await Promise.all([first.restore(), second.restore()]);
  expect(await Promise.all([first.accessToken(), second.accessToken()])).toEqual(["access-1", "access-1"]);
  expect(profile.refreshes).toEqual(["refresh-0"]);
});

test("a token is renewed before it ends, and when the server refuses it", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  expect(await tab.accessToken()).toBe("access-1");
  profile.nowMs = 880_000;
  expect(await tab.accessToken()).toBe("access-2");
  expect(await tab.accessToken("access-2")).toBe("access-3");
  expect(await tab.accessToken("access-2")).toBe("access-3");
});

test("a network failure is never a sign-out: the next call tries again", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  profile.refreshAnswer = noNetwork;
  await expect(tab.accessToken()).rejects.toBe(noNetwork);
  expect(tab.get().status).toBe("signed-in");
  profile.refreshAnswer = undefined;
  expect(await tab.accessToken()).toBe("access-2");
});

test("a refused refresh ends the session in every tab and keeps the person, whose queue waits for them", async () => {
  const profile = createProfile(known);
  const [first, second] = [profile.openTab(), profile.openTab()];
  await Promise.all([first.restore(), second.restore()]);
  profile.refreshAnswer = refusal;
  expect(await first.accessToken()).toBeUndefined();
  await expect.poll(() => second.get()).toEqual({ status: "expired", user });
  expect(first.get()).toEqual({ status: "expired", user });
  expect(profile.record).toEqual({ user, refreshToken: null });
  await first.signIn(user.email, "password");
  await expect.poll(() => second.get().status).toBe("signed-in");
});

test("signing out in one tab signs out the others and forgets the record", async () => {
  const profile = createProfile(known);
  const [first, second] = [profile.openTab(), profile.openTab()];
  await Promise.all([first.restore(), second.restore()]);
  await first.signOut(3);
  expect(profile.record).toBeUndefined();
  expect(first.get()).toEqual({ status: "signed-out", leftBehind: { email: user.email, operations: 3 } });
  await expect.poll(() => second.get().status).toBe("signed-out");
  expect(await first.accessToken()).toBeUndefined();
});

test("signing out ends the session on the server, also from a page that has no access token or one that has ended", async () => {
  const profile = createProfile(known);
  const reloaded = profile.openTab();
  await reloaded.restore();
  await reloaded.signOut(0);
  expect(profile.logouts).toEqual(["access-1"]);

  const slept = profile.openTab();
  await slept.signIn("student@tidemark.test", "password");
  profile.nowMs = 901_000;
  await slept.signOut(0);
  expect(profile.logouts).toEqual(["access-1", "access-2"]);
  expect(profile.record).toBeUndefined();
});

test("signing out without a network forgets the record all the same", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  profile.refreshAnswer = noNetwork;
  await tab.signOut(2);
  expect(tab.get()).toEqual({ status: "signed-out", leftBehind: { email: user.email, operations: 2 } });
  expect(profile.record).toBeUndefined();
});

test("a refresh answered after signing out does not sign in again", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  const token = tab.accessToken();
  await tab.signOut(0);
  expect(await token).toBeUndefined();
  expect(tab.get().status).toBe("signed-out");
  expect(profile.record).toBeUndefined();
});

test("a new account is signed in at once, and the other tabs hear of it", async () => {
  const profile = createProfile();
  const [tab, other] = [profile.openTab(), profile.openTab()];
  await tab.register({ email: "new@tidemark.test", password: "long enough", name: "New" });
  await expect.poll(() => other.get()).toMatchObject({ status: "signed-in", user: { name: "New" } });
});

test("a changed name is on disk and on every tab, and the session goes on", async () => {
  const profile = createProfile(known);
  const [tab, other] = [profile.openTab(), profile.openTab()];
  await Promise.all([tab.restore(), other.restore()]);
  await tab.updateUser({ ...user, name: "Renamed" });
  expect(profile.record).toEqual({ user: { ...user, name: "Renamed" }, refreshToken: "refresh-0" });
  await expect.poll(() => other.get()).toEqual({ status: "signed-in", user: { ...user, name: "Renamed" } });
});

test("signing out everywhere ends all sessions first; where the server does not answer, nobody is told that it did", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  profile.logoutAnswer = noNetwork;
  await expect(tab.signOutEverywhere(0)).rejects.toBe(noNetwork);
  expect(tab.get().status).toBe("signed-in");
  profile.logoutAnswer = undefined;
  await tab.signOutEverywhere(2);
  expect(profile.logouts).toEqual(["access-1 everywhere"]);
  expect(tab.get()).toEqual({ status: "signed-out", leftBehind: { email: user.email, operations: 2 } });
});

test("a sign-out made offline ends the session on the server once that can be reached, from whichever tab is open then", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  profile.refreshAnswer = noNetwork;
  await tab.signOut(0);
  expect([profile.logouts, profile.left.length]).toEqual([[], 1]);
  const later = profile.openTab();
  await later.endLeftSessions();
  expect([profile.logouts, profile.left.length]).toEqual([[], 1]);
  profile.refreshAnswer = undefined;
  await Promise.all([later.endLeftSessions(), tab.endLeftSessions()]);
  expect([profile.logouts.length, profile.left]).toEqual([1, []]);
  expect(later.get().status).toBe("signed-out");
});

test("a session that the server has ended itself is left no more", async () => {
  const profile = createProfile(known);
  const tab = profile.openTab();
  await tab.restore();
  profile.refreshAnswer = refusal;
  await tab.signOut(0);
  expect([profile.logouts, profile.left]).toEqual([[], []]);
});
