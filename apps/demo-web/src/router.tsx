import { createRootRouteWithContext, createRoute, createRouter, redirect } from "@tanstack/react-router";
import type { AppConfig } from "./app-config.ts";
import { AppShell, type AppShellProps } from "./app-shell.tsx";
import type { AuthSession } from "./features/auth/auth-session.ts";
import { safeNext, signInRedirect } from "./features/auth/route-guards.ts";
import { SignInPage } from "./features/auth/sign-in-page.tsx";
import { useAuth } from "./features/auth/use-auth.tsx";
import { LessonsPage } from "./features/lessons/lessons-page.tsx";
import { RoomPage } from "./features/lessons/room-page.tsx";
import { CrashPage } from "./ui/crash-page.tsx";
import { NotFoundPage } from "./ui/not-found-page.tsx";

export interface RouterContext extends AppShellProps {
  readonly auth: AuthSession;
  readonly config: Promise<AppConfig>;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: function Root() {
    const { syncHost, update } = rootRoute.useRouteContext();
    return <AppShell syncHost={syncHost} update={update} />;
  },
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: ({ next }: Record<string, unknown>) => safeNext(next),
  component: function Home() {
    const { config } = homeRoute.useRouteContext();
    return useAuth().state.status === "signed-out" ? <SignInPage config={config} /> : <LessonsPage />;
  },
});

const roomRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lessons/$lessonId",
  beforeLoad: ({ context, location }) => {
    const target = signInRedirect(context.auth.get(), location.pathname);
    if (target !== undefined) throw redirect(target);
  },
  // Signing out shows this page once more, without data, before the guard leads away from it.
  component: function Room() {
    return useAuth().state.status === "signed-out" ? null : <RoomPage />;
  },
});

export function createAppRouter(context: RouterContext) {
  return createRouter({
    routeTree: rootRoute.addChildren([homeRoute, roomRoute]),
    context,
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
