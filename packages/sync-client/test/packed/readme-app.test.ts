import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReadmeApp, type ReadmeApp } from "./readme-app.ts";

describe("an app outside of the workspace, made of the packed packages and the README", { timeout: 180_000 }, () => {
  let app: ReadmeApp;
  beforeAll(async () => {
    app = await createReadmeApp();
  }, 300_000);
  afterAll(() => app[Symbol.asyncDispose]());

  it("type-checks, strictly and with the packages' own declarations", async () => {
    expect(await app.typeErrors()).toEqual([]);
  });

  it("I1: serves, writes on one device and shows it on another", async () => {
    await app.start("server.ts", /Listening/);
    expect(await app.start("client.ts", /'synced'/)).toMatch(/'pending'/);
    expect(await app.start("other-device.ts", /"\$state":"synced"/)).toMatch(/"text":"Milk","done":false/);
    const inspected = await app.start("inspect.ts", /"scope":"list:[^"]+","version":1,"rows":1/);
    expect(inspected).toMatch(/"epoch":"[^"]+"/);
  });
});
