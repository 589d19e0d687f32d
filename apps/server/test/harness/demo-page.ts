import type { Locator, Page } from "playwright-core";

/** The demo app as a person finds it: by roles and names. */
export interface DemoPage {
  readonly page: Page;
  signIn(email: string): Promise<void>;
  /** After the server ended the session: the account is fixed. */
  signInAgain(): Promise<void>;
  signOut(): Promise<void>;
  openLesson(title: string): Promise<void>;
  send(text: string): Promise<void>;
  edit(from: string, to: string): Promise<void>;
  messages(): Locator;
  /** The texts of messages in the order shown, optionally only those in one state. */
  messageTexts(state?: "pending" | "synced" | "rejected"): Promise<string[]>;
  openSyncPanel(): Promise<Locator>;
  /** Resolves when the app shell is stored for offline use. */
  shellStored(): Promise<void>;
}

const PASSWORD = "tidemark-demo";

export function createDemoPage(page: Page): DemoPage {
  const chat = page.getByRole("log", { name: "Chat" });
  const messages = (state?: string) =>
    chat.locator(state === undefined ? "[data-message-id]" : `[data-message-id][data-state="${state}"]`);
  return {
    page,
    async signIn(email) {
      await page.getByRole("textbox", { name: "Email" }).fill(email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("button", { name: "Sign out" }).waitFor();
    },
    async signInAgain() {
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    },
    async signOut() {
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in to your lessons" }).waitFor();
    },
    async openLesson(title) {
      await page.getByRole("link", { name: title }).click();
      await page.getByRole("textbox", { name: "Message" }).waitFor();
    },
    async send(text) {
      const box = page.getByRole("textbox", { name: "Message", exact: true });
      await box.fill(text);
      await box.press("Enter");
      await chat.getByText(text, { exact: true }).waitFor();
    },
    async edit(from, to) {
      const message = messages().filter({ has: page.getByText(from, { exact: true }) });
      await message.hover();
      await message.getByRole("button", { name: "Edit" }).click();
      const box = page.getByRole("textbox", { name: "Edit message" });
      await box.fill(to);
      await box.press("Enter");
      await chat.getByText(to, { exact: true }).waitFor();
    },
    messages: () => messages(),
    messageTexts: (state) => messages(state).allInnerTexts(),
    async openSyncPanel() {
      const panel = page.getByRole("region", { name: "Sync", exact: true });
      if (!(await panel.isVisible())) await page.getByRole("button", { name: /^Sync/ }).click();
      await panel.waitFor();
      return panel;
    },
    async shellStored() {
      // Runs in the page, whose types this package does not have.
      await page.evaluate(`navigator.serviceWorker.ready.then(({ active }) => new Promise((resolve) => {
        if (active.state === "activated") resolve();
        else active.addEventListener("statechange", () => active.state === "activated" && resolve());
      }))`);
    },
  };
}
