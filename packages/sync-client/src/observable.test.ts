import { expect, it, vi } from "vitest";
import { createCell } from "./observable.ts";

it("I10: a listener that throws keeps nothing from the others, nor from who has told them", () => {
  const later = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
  const cell = createCell(0);
  const heard: number[] = [];
  cell.subscribe(() => {
    throw new RangeError("the app's");
  });
  cell.subscribe(() => heard.push(cell.get()));
  cell.set(1);
  expect(heard).toEqual([1]);
  expect(later.mock.calls.map(([report]) => report)).toEqual([expect.any(Function)]);
  expect(later.mock.calls[0]?.[0]).toThrow(new RangeError("the app's"));
  later.mockRestore();
});
