import { describe, expect, it } from "vitest";
import { parseVerdict } from "./sync-store.ts";

describe("the text of a stored verdict", () => {
  it("S2: is read as it was written, its keys in their order", () => {
    const text =
      '{"status":"rejected","seq":1,"id":"0190a5c0-0000-7000-8000-000000000001","error":{"message":"No.","code":"CONFLICT"}}';
    expect(JSON.stringify(parseVerdict(text))).toBe(text);
  });

  it.each(["null", "7", "{}", '{"id":"a","seq":1}', '{"id":"a","seq":0,"status":"duplicate"}'])(
    "%s is taken for none",
    (text) => expect(() => parseVerdict(text)).toThrow("A stored verdict is none."),
  );
});
