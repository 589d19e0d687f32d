import { startDemoSite, type DemoSite } from "./demo-site.ts";
import { signIn, type Client } from "./device.ts";

export const TUTOR = "tutor@tidemark.test";
export const STUDENT = "student@tidemark.test";

/** The demo with two people signed in outside the browser: they do what others do while somebody looks at a page. */
export interface AttendedSite extends DemoSite {
  readonly tutor: Client;
  readonly student: Client;
}

/** Devices pull every second: what those two do is soon seen. */
export async function startAttendedSite(): Promise<AttendedSite> {
  const site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
  try {
    const [tutor, student] = await Promise.all([signIn(site.server.url, TUTOR), signIn(site.server.url, STUDENT)]);
    return { ...site, tutor, student };
  } catch (error) {
    await site[Symbol.asyncDispose]();
    throw error;
  }
}
