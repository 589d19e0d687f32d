// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import { createBrowserPage } from "./browser-page.ts";
import type { PageEvent } from "./page.ts";

describe("the browser's page", () => {
  it("C24 C25: tells of visibility, network, freezing and thawing until it is left", () => {
    const page = createBrowserPage();
    const heard: PageEvent[] = [];
    const leave = page.listen((event) => heard.push(event));
    for (const type of ["visibilitychange", "freeze", "resume"]) document.dispatchEvent(new Event(type));
    for (const type of ["online", "offline", "pagehide", "pageshow"]) window.dispatchEvent(new Event(type));
    expect(heard).toEqual(["visibility", "freeze", "resume", "network", "network", "freeze", "resume"]);
    leave();
    window.dispatchEvent(new Event("online"));
    expect(heard).toHaveLength(7);
  });

  it("C24: counts as visible where the document is, and where there is none", () => {
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    expect(createBrowserPage().isVisible()).toBe(false);
    visibility.mockReturnValue("visible");
    expect(createBrowserPage().isVisible()).toBe(true);
    vi.stubGlobal("document", undefined);
    const page = createBrowserPage();
    expect(page.isVisible()).toBe(true);
    expect(page.listen(() => {})).not.toThrow();
    vi.unstubAllGlobals();
  });
});
