import { listRestRoutes } from "@tidemark/api/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

interface Document {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

describe("the description of the REST interface", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it("names every procedure at its path, under its server and its version", async () => {
    const response = await fetch(`${server.url}/api/openapi.json`);
    const document = (await response.json()) as Document;
    expect(document).toMatchObject({ openapi: "3.1.1", servers: [{ url: server.url }] });
    for (const { path, method, operationId } of listRestRoutes()) {
      expect(document.paths[`/api${path}/`]?.[method.toLowerCase()]?.operationId).toBe(operationId);
    }
    expect(await (await fetch(`${server.url}/api/v1/openapi.json`)).json()).toEqual(document);
  });

  it("can be read on a page that loads nothing from elsewhere", async () => {
    const page = await (await fetch(`${server.url}/api/docs/`)).text();
    const addresses = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = ""]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      const response = await fetch(new URL(address, server.url));
      expect([address.startsWith("/api/"), response.status]).toEqual([true, 200]);
      await response.body?.cancel();
    }
  });
});
