import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCursorCodec, type Cursor, type CursorScope } from "./cursor.ts";
import { ann, bob, signWith } from "./todo-fixture.ts";

const codec = createCursorCodec(signWith("key"));
const cursor: Cursor = {
  epoch: "epoch 1",
  scopes: new Map<string, CursorScope>([
    ["list:home", { version: 12, grant: 1 }],
    ["list:é😀 . / \n", { version: 0, grant: 3, skipDeletionsUntil: 40 }],
  ]),
};
const invalid = expect.objectContaining({
  code: "INVALID_CURSOR",
  message: "The cursor does not verify: pull again with cursor null.",
});
const decodeError = (text: string, userId = ann.id, key = "key"): unknown => {
  try {
    return createCursorCodec(signWith(key)).decode(text, userId);
  } catch (error) {
    return error;
  }
};

describe("cursors", () => {
  it("say what they were made of, to every node with the same key", () => {
    const text = codec.encode(cursor, ann.id);
    expect(createCursorCodec(signWith("key")).decode(text, ann.id)).toEqual(cursor);
  });

  it("fit into a URL as they are", () => {
    const text = codec.encode(cursor, ann.id);
    expect(encodeURIComponent(text)).toBe(text);
  });

  it("S22 I7: of another person or another key do not verify", () => {
    const text = codec.encode(cursor, ann.id);
    expect(decodeError(text, bob.id)).toEqual(invalid);
    expect(decodeError(text, ann.id, "rotated key")).toEqual(invalid);
  });

  it.each(["", ".", "..", "a", "a.b", "a.b.c", "null", "\0", "é", `${"a".repeat(100_000)}.b`])(
    "S22: that nobody made do not verify: %#",
    (text) => {
      expect(decodeError(text)).toEqual(invalid);
    },
  );

  it("S22: do not verify once a single character is changed, lost or added", () => {
    const text = codec.encode(cursor, ann.id);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("", "A", "b", ".", "-", "AA"), (at, replacement) => {
        const tampered = text.slice(0, at) + replacement + text.slice(at + 1);
        fc.pre(tampered !== text);
        expect(decodeError(tampered)).toEqual(invalid);
      }),
    );
  });
});
