type Row = Readonly<Record<string, unknown>>;

/** Rows are flat, but for lists of texts in them. */
export function isSameRow(left: Row | null, right: Row | null): boolean {
  if (left === null || right === null) return left === right;
  const fields = Object.keys(right);
  return (
    Object.keys(left).length === fields.length &&
    fields.every((field) => left[field] === right[field] || isSameList(left[field], right[field]))
  );
}

const isSameList = (left: unknown, right: unknown): boolean =>
  typeof left === "object" && typeof right === "object" && JSON.stringify(left) === JSON.stringify(right);
