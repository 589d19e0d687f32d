/** A browser's storage, gone with the test. */
export class MemoryStorage implements Storage {
  readonly #values = new Map<string, string>();
  isFull = false;
  get length() {
    return this.#values.size;
  }
  clear() {
    this.#values.clear();
  }
  getItem(key: string) {
    return this.#values.get(key) ?? null;
  }
  key(index: number) {
    return [...this.#values.keys()][index] ?? null;
  }
  removeItem(key: string) {
    this.#values.delete(key);
  }
  setItem(key: string, value: string) {
    if (this.isFull) throw new DOMException("The quota is used up", "QuotaExceededError");
    this.#values.set(key, value);
  }
}
