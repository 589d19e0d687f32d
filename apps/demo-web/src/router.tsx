import { createRootRouteWithContext, createRoute, createRouter, redirect } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { ApiClient } from "./api-client.ts";
import type { KnownAppConfig } from "./app-config.ts";
import { AppShell, type AppShellProps } from "./app-shell.tsx";
import type { AuthSession } from "./features/auth/auth-session.ts";
import { safeNext, signInRedirect } from "./features/auth/route-guards.ts";
import { useAuth } from "./features/auth/use-auth.tsx";
import { readInvitation } from "./features/lessons/read-invitation.ts";
import { CrashPage } from "./ui/crash-page.tsx";
import { lazyPage } from "./ui/lazy-part.tsx";
import { NotFoundPage } from "./ui/not-found-page.tsx";

export interface RouterContext extends AppShellProps {
  readonly auth: AuthSession;
  readonly api: ApiClient;
  readonly config: KnownAppConfig;
}

// Each page is a file of its own: whoever opens a room does not load the form to sign in.
const SignInPage = lazyPage(async () => (await import("./features/auth/sign-in-page.tsx")).SignInPage);
const LessonsPage = lazyPage(async () => (await import("./features/lessons/lessons-page.tsx")).LessonsPage);
const RegisterPage = lazyPage(async () => (await import("./features/auth/register-page.tsx")).RegisterPage);
const InvitePage = lazyPage(async () => (await import("./features/lessons/invite-page.tsx")).InvitePage);
const SettingsPage = lazyPage(async () => (await import("./features/settings/settings-page.tsx")).SettingsPage);
const RoomPage = lazyPage(async () => (await import("./features/lessons/room-page.tsx")).RoomPage);

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: function Root() {
    const { syncHost, offline, update } = rootRoute.useRouteContext();
    return <AppShell syncHost={syncHost} offline={offline} update={update} />;
  },
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: ({ next }: Record<string, unknown>) => safeNext(next),
  loader: async ({ context: { auth, config } }) => {
    if (auth.get().status !== "signed-out") return LessonsPage.preload();
    // Both before the page: a page that waits in the middle of its first rendering is held back for 300 ms by React.
    await Promise.all([SignInPage.preload(), config.get() ?? config.loaded]);
  },
  component: function Home() {
    const { config } = homeRoute.useRouteContext();
    return useAuth().state.status === "signed-out" ? <SignInPage config={config} /> : <LessonsPage />;
  },
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: ({ next }: Record<string, unknown>) => safeNext(next),
  beforeLoad: ({ context, search }) => {
    if (context.auth.get().status !== "signed-out") throw redirect({ to: search.next ?? "/", replace: true });
  },
  loader: () => RegisterPage.preload(),
  component: function Register() {
    // Signing in shows this page once more before the guard leads away from it.
    return useAuth().state.status === "signed-out" ? <RegisterPage /> : null;
  },
});

const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invite/$token",
  // Together: what comes after the page would move it.
  loader: async ({ context: { api }, params: { token } }) => {
    const [preview] = await Promise.all([readInvitation(api, token), InvitePage.preload()]);
    return preview;
  },
  component: () => <InvitePage />,
});

/** Sends signed-out people to sign in; they come back afterwards. */
function requireSignIn({ context, location }: { readonly context: RouterContext; readonly location: Location }): void {
  const target = signInRedirect(context.auth.get(), location.pathname);
  if (target !== undefined) throw redirect(target);
}

type Location = { readonly pathname: string };

const roomRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lessons/$lessonId",
  beforeLoad: requireSignIn,
  loader: () => RoomPage.preload(),
  component: () => <SignedIn page={RoomPage} />,
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  beforeLoad: requireSignIn,
  loader: () => SettingsPage.preload(),
  component: () => <SignedIn page={SettingsPage} />,
});

/** Signing out shows a page once more, without data, before the guard leads away from it. */
function SignedIn({ page: Page }: { readonly page: ComponentType }) {
  return useAuth().state.status === "signed-out" ? null : <Page />;
}

export function createAppRouter(context: RouterContext) {
  const { syncHost } = context;
  const stopWaiting = syncHost.subscribe(() => {
    if (syncHost.get().step !== "open") return;
    stopWaiting();
    preloadPages();
  });
  return createRouter({
    routeTree: rootRoute.addChildren([homeRoute, registerRoute, inviteRoute, roomRoute, settingsRoute]),
    context,
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

/**
 * Loads what the pages still lack once nothing else is to be done: a device that loses its network right after the first
 * page opens every other one, and whatever opens in it.
 */
function preloadPages(): void {
  const load = () =>
    void Promise.allSettled([
      ...[LessonsPage, RoomPage, SettingsPage, InvitePage].map((page) => page.preload()),
      import("./features/lessons/create-lesson-dialog.tsx"),
      import("./features/lessons/room-actions.tsx"),
      import("./features/lessons/person-menu.tsx"),
      import("./features/sync/sync-panel.tsx"),
    ]);
  // Safari has no idle callback.
  if ("requestIdleCallback" in window) window.requestIdleCallback(load);
  else setTimeout(load, 200);
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
