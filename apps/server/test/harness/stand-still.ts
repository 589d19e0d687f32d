import type { Page } from "playwright-core";

/** What an expression says in the page once it has said the same for twenty frames. */
export function standStill<Value>(page: Page, expression: string): Promise<Value> {
  return page.evaluate(`(async () => {
    let value = ${expression};
    for (let still = 0; still < 20; still += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const next = ${expression};
      if (next !== value) [still, value] = [0, next];
    }
    return value;
  })()`);
}
