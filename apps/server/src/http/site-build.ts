/** Resolves with whether the site is there to be served. */
type SiteBuild = () => Promise<boolean>;

let awaitBuild: SiteBuild = async () => true;

/**
 * Tells the server, before it starts, that its site is still being built: on a first run that takes as long as making the
 * database does, and the two need not wait for each other. The server is ready once both are done.
 */
export function announceSiteBuild(built: Promise<boolean>): void {
  awaitBuild = () => built;
}

/** @throws Error when the announced build failed. */
export async function untilSiteIsBuilt(): Promise<void> {
  if (!(await awaitBuild())) throw new Error("the demo did not build; the lines above say why");
}
