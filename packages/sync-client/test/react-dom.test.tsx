// @vitest-environment jsdom
import { Writable } from "node:stream";
import { setImmediate } from "node:timers";
import {
  act,
  startTransition,
  StrictMode,
  Suspense,
  use,
  useCallback,
  useLayoutEffect,
  useState,
  type ReactNode,
} from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToPipeableStream } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as ReactEntry from "../src/react/index.ts";
import { SyncProvider, useLive, useMutation, useSync } from "../src/react/index.ts";
import { createWorld, newId, type NotesClient, type Tab } from "./harness.ts";

const HOME = { index: "byList", equals: ["home"] } as const;

/** The same page for either side's copy of the entry. */
function notesOf(hooks: Pick<typeof ReactEntry, "useLive">) {
  return function Notes() {
    const rows = hooks.useLive("note", { index: "byList", equals: ["home"] });
    return <p>{rows.map(({ text, $state }) => `${text} (${$state})`).join(", ") || "nothing"}</p>;
  };
}
const Notes = notesOf({ useLive });

function appOf(entry: Pick<typeof ReactEntry, "SyncProvider" | "useLive">, sync: NotesClient) {
  const Page = notesOf(entry);
  return (
    <StrictMode>
      <entry.SyncProvider sync={sync}>
        <Page />
      </entry.SyncProvider>
    </StrictMode>
  );
}

let root: Root | undefined;
let complaints: unknown[];
beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  complaints = [];
  vi.spyOn(console, "error").mockImplementation((...complaint) => void complaints.push(complaint));
});
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  if (complaints.length > 0) throw new Error("React complained", { cause: complaints });
});

async function mount(sync: NotesClient, children: ReactNode) {
  const container = document.body.appendChild(document.createElement("main"));
  root = createRoot(container);
  await act(async () => root?.render(<SyncProvider sync={sync}>{children}</SyncProvider>));
  return container;
}

/** The client, and how many live queries listen to it through `query`. */
function counted(sync: NotesClient) {
  const counts = { listening: 0, subscribed: 0 };
  const query: NotesClient["query"] = (entity, wanted) => {
    const live = sync.query(entity, wanted);
    return {
      get: live.get,
      subscribe: (listener) => {
        counts.listening += 1;
        counts.subscribed += 1;
        const end = live.subscribe(listener);
        return () => {
          counts.listening -= 1;
          end();
        };
      },
    };
  };
  return { counts, sync: { ...sync, query } };
}

function renderOnServer(element: ReactNode): Promise<string> {
  return new Promise((resolve, reject) => {
    let html = "";
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        html += String(chunk);
        done();
      },
      final: (done) => {
        resolve(html);
        done();
      },
    });
    const { pipe } = renderToPipeableStream(element, { onAllReady: () => void pipe(sink), onError: reject });
  });
}

const add = (tab: Tab, text: string) => act(async () => void (await tab.add(text)));

describe("the React entry in a page", () => {
  it("C28: hydrates what a server rendered without a mismatch, and shows the local rows then", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("kept");
    const container = document.body.appendChild(document.createElement("main"));
    // The server is another process: it has modules, and so a context, of its own.
    vi.resetModules();
    container.innerHTML = await renderOnServer(appOf(await import("../src/react/index.ts"), tab.sync));
    expect(container.textContent).toBe("nothing");
    const recovered: unknown[] = [];
    const app = appOf({ SyncProvider, useLive }, tab.sync);
    await act(async () => {
      root = hydrateRoot(container, app, { onRecoverableError: (error) => void recovered.push(error) });
    });
    expect(container.textContent).toBe("kept (pending)");
    expect(recovered).toEqual([]);
  });

  it("C28: listens once for a query written inline, through renders and StrictMode, and not any more once it is gone", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const { counts, sync } = counted(tab.sync);
    let renderAgain = () => {};
    const Parent = () => {
      const [, setCount] = useState(0);
      renderAgain = () => setCount((count) => count + 1);
      return <Notes />;
    };
    const container = await mount(sync, <StrictMode>{<Parent />}</StrictMode>);
    const { subscribed } = counts;
    for (let round = 0; round < 3; round += 1) await act(async () => renderAgain());
    expect(counts).toEqual({ listening: 1, subscribed });
    await add(tab, "one");
    expect(container.textContent).toBe("one (pending)");
    await act(async () => root?.render(null));
    expect(counts.listening).toBe(0);
  });

  it("C28 C31: shows what another `where` keeps, though a query compared by its JSON has none", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("one");
    await tab.add("two");
    let show = (_text: string) => {};
    const Kept = () => {
      const [text, setText] = useState("one");
      show = setText;
      const where = useCallback((row: { readonly text: string }) => row.text === text, [text]);
      return <p>{useLive("note", { ...HOME, where }).map((row) => row.text)}</p>;
    };
    const container = await mount(tab.sync, <Kept />);
    expect(container.textContent).toBe("one");
    await act(async () => show("two"));
    expect(container.textContent).toBe("two");
  });

  it("C28: shows one state in a commit, also when rows change in the middle of a transition", async () => {
    await using world = await createWorld();
    const { sync } = world.openTab();
    const first = {
      id: newId(),
      listId: "home",
      text: "first",
      at: "2026-01-01T00:00:00.000Z",
      $state: "synced",
    } as const;
    let rows: readonly (typeof first)[] = [first];
    let tell = () => {};
    // A store that changes within one call, where the real one waits for its disk.
    vi.spyOn(sync, "query").mockReturnValue({
      get: () => rows,
      subscribe: (listener: () => void) => {
        tell = listener;
        return () => {};
      },
    });
    const steps: string[] = [];
    const Reader = ({ name }: { readonly name: string }) => {
      steps.push(name);
      return <b>{useLive("note", HOME).length}</b>;
    };
    /** Takes React's whole time slice, so that it lets others run before it goes on. */
    const Slow = () => {
      const end = performance.now() + 10;
      if (!steps.includes("change")) setImmediate(change);
      while (performance.now() < end);
      return null;
    };
    const change = () => {
      steps.push("change");
      rows = [first, { ...first, id: newId() }];
      tell();
    };
    const commits: string[][] = [];
    let showSecond = () => {};
    const Page = () => {
      const [isSecond, setSecond] = useState(false);
      showSecond = () => startTransition(() => setSecond(true));
      useLayoutEffect(() => void commits.push([...document.querySelectorAll("b")].map((node) => node.innerHTML)));
      const more = [<Reader key="early" name="early" />, <Slow key="slow" />, <Reader key="late" name="late" />];
      return <section>{isSecond ? more : <Reader name="first" />}</section>;
    };
    await mount(sync, <Page />);
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false);
    showSecond();
    await expect.poll(() => commits.at(-1)).toEqual(["2", "2"]);
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    expect(steps.indexOf("early")).toBeLessThan(steps.indexOf("change"));
    expect(steps.indexOf("change")).toBeLessThan(steps.indexOf("late"));
    expect(commits.filter((counts) => new Set(counts).size > 1)).toEqual([]);
  });

  it("C28: suspends on `sync.opened` until the local rows are there, and never shows an empty list first", async () => {
    await using world = await createWorld();
    const before = world.openTab();
    await before.add("kept");
    await before.sync.stop();
    const tab = world.openTab();
    const shown = new Set<string>();
    const Opened = () => {
      use(useSync().opened);
      return <Notes />;
    };
    const observer = new MutationObserver(() => shown.add(document.body.textContent));
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    await mount(tab.sync, <Suspense fallback={<p>loading</p>}>{<Opened />}</Suspense>);
    await act(async () => tab.sync.opened);
    observer.disconnect();
    expect(document.body.textContent).toMatch(/kept/);
    expect([...shown].join()).not.toContain("nothing");
  });

  it("C28: shows all where the limit is infinite, which no JSON can say", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("one");
    const All = () => useLive("note", { ...HOME, limit: Infinity }).map(({ text }) => text);
    await mount(tab.sync, <All />);
    expect(document.body.textContent).toBe("one");
  });

  it("C28: keeps one mutation function through renders, which queues also when its component goes in the middle", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const functions = new Set<unknown>();
    let write: () => Promise<unknown> = () => Promise.reject(new Error("not rendered"));
    let renderAgain = () => {};
    const Writer = () => {
      const [, setCount] = useState(0);
      renderAgain = () => setCount((count) => count + 1);
      const mutate = useMutation("note.add");
      functions.add(mutate);
      write = () => mutate({ id: newId(), listId: "home", text: "last words" });
      return null;
    };
    await mount(tab.sync, <Writer />);
    await act(async () => renderAgain());
    expect(functions.size).toBe(1);
    const writing = write();
    await act(async () => root?.render(null));
    await writing;
    expect(tab.texts()).toEqual(["last words"]);
  });
});
