import { describe, expect, it } from "vitest";
import { mergeFields, type FieldMergeRequest } from "./field-merge.ts";

const ann = { userId: "ann", deviceId: "ann's phone" };
const bob = { userId: "bob", deviceId: "bob's phone" };

/** Bob's edit of a field that Ann's phone has changed since he saw version 1. */
const merge = (request: Partial<FieldMergeRequest>) =>
  mergeFields({
    current: { field: "ann's" },
    marks: { field: { ...ann, version: 2 } },
    incoming: { field: "bob's" },
    base: 1,
    author: bob,
    strategies: {},
    ...request,
  });

describe("merging fields", () => {
  it("S30: takes the newcomer's value where no strategy was declared", () => {
    expect(merge({})).toEqual({
      kind: "accepted",
      fields: { field: "bob's" },
      clashes: [
        { field: "field", strategy: "lastWriterWins", lost: "ann's", won: "bob's", loserId: "ann", winnerId: "bob" },
      ],
      server: {},
    });
  });

  it.each([
    [["a"], "b"],
    ["a", ["b"]],
    [null, ["b"]],
  ])("S30: takes the newcomer's value where two values cannot be united: %j and %j", (theirs, ours) => {
    const request = { current: { field: theirs }, incoming: { field: ours }, strategies: { field: "merge" as const } };
    expect(merge(request)).toEqual({ kind: "accepted", fields: { field: ours }, clashes: [], server: {} });
  });

  it("S30: unites lists by what their items say, in the server's order, and nobody loses", () => {
    const current = { field: [{ tag: "x" }, { tag: "y" }] };
    const incoming = { field: [{ tag: "z" }, { tag: "y" }] };
    const united = { field: [{ tag: "x" }, { tag: "y" }, { tag: "z" }] };
    expect(merge({ current, incoming, strategies: { field: "merge" } })).toEqual({
      kind: "accepted",
      fields: united,
      clashes: [],
      server: united,
    });
  });

  it("S30: unites to a set, whatever a list says twice", () => {
    const request = { current: { field: ["x", "x"] }, incoming: { field: ["y", "x", "y"] } };
    expect(merge({ ...request, strategies: { field: "merge" } })).toMatchObject({ fields: { field: ["x", "y"] } });
  });

  it("S30: decides each field by its own strategy, and refuses all of them for one that is manual", () => {
    const request = {
      current: { kept: 1, taken: 1, asked: 1, quiet: 1 },
      marks: Object.fromEntries(["kept", "taken", "asked"].map((field) => [field, { ...ann, version: 2 }])),
      incoming: { kept: 2, taken: 2, quiet: 2 },
      strategies: { kept: "serverWins", taken: "clientWins", asked: "manual", quiet: "manual" },
    } as const;
    expect(merge(request)).toMatchObject({
      kind: "accepted",
      fields: { taken: 2, quiet: 2 },
      clashes: [
        { field: "kept", lost: 2, won: 1, loserId: "bob", winnerId: "ann" },
        { field: "taken", lost: 1, won: 2, loserId: "ann", winnerId: "bob" },
      ],
      server: { kept: 1 },
    });
    expect(merge({ ...request, incoming: { taken: 2, asked: 2 } })).toEqual({
      kind: "refused",
      strategy: "manual",
      server: { asked: 1 },
    });
  });

  const manual = { field: "manual", constructor: "manual" } as const;
  it.each<[string, Partial<FieldMergeRequest>]>([
    ["the author saw the other's change", { base: 2 }],
    ["the author tells no base", { base: undefined }],
    ["the same device made both", { author: { ...bob, deviceId: ann.deviceId } }],
    ["nobody marked the field", { marks: {} }],
    ["only a field of a prototype's name is marked", { incoming: { constructor: "bob's" }, current: {} }],
    ["both say the same", { incoming: { field: "ann's" } }],
  ])("S29: finds no conflict where %s", (_, request) => {
    expect(merge({ strategies: manual, ...request })).toMatchObject({ kind: "accepted", clashes: [], server: {} });
  });

  it("S29: takes two changes that came by no device for two people's", () => {
    const marks = { field: { userId: "ann", deviceId: null, version: 2 } };
    expect(merge({ marks, author: { userId: "bob", deviceId: null } })).toMatchObject({
      clashes: [{ loserId: "ann", winnerId: "bob" }],
    });
  });
});
