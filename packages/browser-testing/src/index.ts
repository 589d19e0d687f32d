/** Entry for tests and benches that need a real browser. */
export { createProfile, PAGE_TIMEOUT_MS, startBrowser, type BrowserProcess, type BrowserProfile } from "./browser.ts";
export { bundlePage, type PageFiles } from "./bundle-page.ts";
export { servePage, type PageServer } from "./page-server.ts";
