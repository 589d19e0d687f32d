import { describe, expect, it } from "vitest";
import { describeIssues } from "./standard-schema.ts";

describe("what is wrong with arguments", () => {
  it("is told by place and message, of the first five and how many more there are", () => {
    const issues = Array.from({ length: 7 }, (_, index) => ({ message: "Required", path: ["items", index, "text"] }));
    expect(describeIssues(issues)).toBe(
      "items.0.text: Required; items.1.text: Required; items.2.text: Required; items.3.text: Required; " +
        "items.4.text: Required; and 2 more",
    );
  });

  it("is told by a message alone where it has no place, and by keys of any kind", () => {
    const issues = [{ message: "Not a list" }, { message: "Too big", path: [{ key: "deep" }, Symbol("tag")] }];
    expect(describeIssues(issues)).toBe("Not a list; deep.Symbol(tag): Too big");
  });

  it("is told in two hundred characters each, none of them cut in half", () => {
    const [whole, cut] = describeIssues([{ message: "a".repeat(200) }, { message: `${"a".repeat(199)}😀` }]).split(
      "; ",
    );
    expect(whole).toBe("a".repeat(200));
    expect(cut).toBe(`${"a".repeat(199)}\ufffd…`);
  });
});
