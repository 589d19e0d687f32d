import { expect, test } from "vitest";
import { createAppUpdate } from "./app-update.ts";

type Kind = "waiting" | "controlling";

function createPage({ isControlled = true } = {}) {
  const listeners = new Map<Kind, (event: { readonly isUpdate?: boolean; readonly isExternal?: boolean }) => void>();
  const page = { reloads: 0, skips: 0 };
  const update = createAppUpdate({
    workbox: {
      addEventListener: (kind, listener) => void listeners.set(kind, listener),
      messageSkipWaiting: () => {
        page.skips += 1;
      },
    },
    reload: () => {
      page.reloads += 1;
    },
    isControlled,
  });
  const fire = (kind: Kind, event = {}) => listeners.get(kind)?.(event);
  return { page, update, fire };
}

test("a newer version waits for the person's word", () => {
  const { page, update, fire } = createPage();
  fire("waiting");
  expect(update.get()).toBe("waiting");
  expect(page).toEqual({ reloads: 0, skips: 0 });
});

test("on their word it takes over, and only then the page loads anew", () => {
  const { page, update, fire } = createPage();
  fire("waiting");
  update.apply();
  expect(page).toEqual({ reloads: 0, skips: 1 });
  fire("controlling", { isUpdate: true });
  expect(page.reloads).toBe(1);
});

test("the very first worker taking control reloads nothing and says nothing", () => {
  const { page, update, fire } = createPage();
  fire("controlling", { isUpdate: false });
  expect(update.get()).toBe("none");
  expect(page.reloads).toBe(0);
});

test("the first worker, begun by a page that was closed since, is no newer version", () => {
  const { update, fire } = createPage({ isControlled: false });
  fire("controlling", { isUpdate: true, isExternal: true });
  expect(update.get()).toBe("none");
});

test("an update from another tab does not take the page away under a draft; it is offered here, too", () => {
  const { page, update, fire } = createPage();
  fire("controlling", { isUpdate: true });
  expect(update.get()).toBe("taken-over");
  expect(page.reloads).toBe(0);
  update.apply();
  expect(page.reloads).toBe(1);
});
