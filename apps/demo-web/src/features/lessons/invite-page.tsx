import type { InvitationPreview } from "@tidemark/api/contracts";
import { useLive, useSync, useSyncStatus } from "@tidemark/sync-client/react";
import { Link, Navigate, useLoaderData, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { errorCodeOf } from "../../api-errors.ts";
import { browserStorage } from "../../browser-storage.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button, buttonClasses } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { AlertIcon, OfflineIcon, PersonAddIcon } from "../../ui/icons.tsx";
import { Logo } from "../../ui/logo.tsx";
import { awaitPageFocus, focusPageHeading } from "../../ui/page-focus.ts";
import { Page } from "../../ui/page.tsx";
import { useApi } from "../../use-api.tsx";
import { useAuth } from "../auth/use-auth.tsx";
import { createAcceptedInvitations } from "./accepted-invitations.ts";
import { DateBlock, LessonTime } from "./lesson-date.tsx";

/** `/invite/{token}`: signed out, the two ways to come in; signed in, the question whether to join. */
export function InvitePage() {
  const texts = useTexts("lessons");
  const { state } = useAuth();
  return (
    <Page title={texts.invitation} className="flex flex-col justify-center pb-16">
      {state.status === "signed-out" ? <InvitedStranger /> : <SignedIn user={state.user} />}
    </Page>
  );
}

/** Both ways come back here by themselves: what Back finds is what was before the invitation. */
function InvitedStranger() {
  const texts = useTexts("lessons");
  const { token } = useParams({ from: "/invite/$token" });
  const search = { next: `/invite/${token}` };
  return (
    <>
      <div className="flex justify-center text-lg">
        <Logo />
      </div>
      <EmptyState
        headingLevel={1}
        icon={<PersonAddIcon />}
        title={texts.invitedTitle}
        actions={
          <>
            <Link to="/" search={search} replace className={buttonClasses("primary", "large")}>
              {texts.goToSignIn}
            </Link>
            <Link to="/register" search={search} replace className={buttonClasses("secondary", "large")}>
              {texts.goToRegister}
            </Link>
          </>
        }
      >
        <InvitedLesson />
        {texts.invitedText}
      </EmptyState>
    </>
  );
}

interface Invited {
  readonly id: string;
  readonly email: string;
}

/** Who has accepted it, and is in the lesson still, has nothing to be asked. */
function SignedIn({ user }: { readonly user: Invited }) {
  const { token } = useParams({ from: "/invite/$token" });
  const accepted = useMemo(() => createAcceptedInvitations({ storage: browserStorage(), userId: user.id }), [user.id]);
  const [lesson] = useLive("lesson", { equals: [accepted.lessonOf(token) ?? ""] });
  if (lesson !== undefined) return <Navigate to="/lessons/$lessonId" params={{ lessonId: lesson.id }} replace />;
  return <AcceptInvitation email={user.email} onAccepted={(lessonId) => accepted.add(token, lessonId)} />;
}

type Answer = "asking" | "joining" | "ended" | "for-another" | "no-answer";

interface AcceptInvitationProps {
  readonly email: string;
  readonly onAccepted: (lessonId: string) => void;
}

function AcceptInvitation({ email, onAccepted }: AcceptInvitationProps) {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const api = useApi();
  const sync = useSync();
  const navigate = useNavigate();
  const { token } = useParams({ from: "/invite/$token" });
  const [answer, setAnswer] = useState<Answer>("asking");

  async function accept() {
    setAnswer("joining");
    try {
      const { id } = await api.lessons.acceptInvite.mutate({ token });
      onAccepted(id);
      await sync.syncNow();
      await navigate({ to: "/lessons/$lessonId", params: { lessonId: id }, replace: true });
    } catch (error) {
      setAnswer(refusalOf(error));
    }
  }

  const joinButton = (label: string) => (
    <Button look="primary" size="large" isBusy={answer === "joining"} onClick={() => void accept()}>
      {label}
    </Button>
  );
  const home = (
    <Link to="/" className={buttonClasses()}>
      {ui.allLessons}
    </Link>
  );
  if (answer === "ended") {
    return <Refusal title={texts.inviteEndedTitle} text={texts.inviteEndedText} actions={home} />;
  }
  if (answer === "for-another") {
    return (
      <Refusal
        title={texts.inviteOtherTitle}
        text={texts.inviteOtherText(email)}
        actions={
          <>
            <SwitchAccountButton />
            {home}
          </>
        }
      />
    );
  }
  if (answer === "no-answer") {
    return (
      <EmptyState
        headingLevel={1}
        tone="warning"
        icon={<OfflineIcon />}
        title={texts.inviteOfflineTitle}
        actions={joinButton(ui.tryAgain)}
      >
        <p role="alert">{texts.inviteOfflineText}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState headingLevel={1} icon={<PersonAddIcon />} title={texts.invitedTitle} actions={joinButton(texts.accept)}>
      <InvitedLesson />
      {texts.invitedAs(email)}
    </EmptyState>
  );
}

/** Signs out here and not by way of home: the two ways to come in keep the link. */
function SwitchAccountButton() {
  const texts = useTexts("lessons");
  const { auth } = useAuth();
  const { pending } = useSyncStatus();
  function signOut() {
    awaitPageFocus();
    void auth.signOut(pending);
  }
  return (
    <Button look="primary" onClick={signOut}>
      {texts.switchAccount}
    </Button>
  );
}

/** What it is that one is invited to, where the server said so; the page has its place from the start. */
function InvitedLesson() {
  const preview: InvitationPreview | undefined = useLoaderData({ from: "/invite/$token" });
  const texts = useTexts("lessons");
  if (preview === undefined) return null;
  return (
    <div className="mt-3 mb-5 flex items-center gap-4 rounded-lg border border-line bg-surface p-3 pr-5 text-left shadow-card">
      <DateBlock startsAt={preview.startsAt} />
      <div className="min-w-0">
        <p dir="auto" className="line-clamp-3 text-left font-medium break-words text-ink">
          {preview.title}
        </p>
        <p className="text-sm">
          <LessonTime startsAt={preview.startsAt} />
        </p>
        <p className="text-sm break-words">{texts.hostedBy(preview.hostName)}</p>
      </div>
    </div>
  );
}

function Refusal(props: { readonly title: string; readonly text: string; readonly actions: ReactNode }) {
  // The button that was answered has gone.
  useEffect(focusPageHeading, []);
  return (
    <EmptyState headingLevel={1} tone="warning" icon={<AlertIcon />} title={props.title} actions={props.actions}>
      <p role="alert">{props.text}</p>
    </EmptyState>
  );
}

function refusalOf(error: unknown): Answer {
  const code = errorCodeOf(error);
  if (code === "FORBIDDEN") return "for-another";
  return code === "NOT_FOUND" || code === "BAD_REQUEST" ? "ended" : "no-answer";
}
