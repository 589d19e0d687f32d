import { useEffect, useState, type ComponentType, type ReactNode } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { EmptyState } from "./empty-state.tsx";
import { OfflineIcon } from "./icons.tsx";
import { Notice } from "./notice.tsx";
import { Page } from "./page.tsx";
import { ReloadButton } from "./reload-button.tsx";

export interface LazyPartProps {
  /** Shown until the part is there. */
  readonly whileLoading?: ReactNode;
  /** Nobody has asked for it yet, or its place is too small for words: nothing is said where it is missing. */
  readonly isQuiet?: boolean;
}

export type LazyPart<Props> = ComponentType<Props & LazyPartProps> & {
  /** Begins to load; resolves when the part is there or could not be had, which its place then says. */
  preload(): Promise<void>;
};

/**
 * A part of the app that is a file of its own. Where it cannot be loaded, such as on a device that lost its network before
 * its worker had stored the app, its place says so in words and offers to load the page anew: what was not loaded is no
 * crash. It also asks again as soon as there is a network, in vain where the browser remembers that a file failed to load.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  NotLoaded: ComponentType = PartNotLoaded,
): LazyPart<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;

  function begin(): Promise<void> {
    loading ??= load().then(
      (part) => void (loaded = part),
      (error: unknown) => {
        // Not kept: the next attempt asks the network again.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  function Part(props: Props & LazyPartProps) {
    const { whileLoading = null, isQuiet = false } = props;
    const [Shown, setShown] = useState(() => loaded);
    const [hasFailed, setHasFailed] = useState(false);
    const isMissing = Shown === undefined;
    useEffect(() => {
      if (!isMissing) return undefined;
      let isCurrent = true;
      const attempt = () =>
        void begin().then(
          () => isCurrent && setShown(() => loaded),
          () => isCurrent && setHasFailed(true),
        );
      attempt();
      globalThis.addEventListener("online", attempt);
      return () => {
        isCurrent = false;
        globalThis.removeEventListener("online", attempt);
      };
    }, [isMissing]);
    if (Shown !== undefined) return <Shown {...props} />;
    return hasFailed && !isQuiet ? <NotLoaded /> : whileLoading;
  }

  return Object.assign(Part, { preload: () => begin().catch(() => undefined) });
}

/** A page that is a file of its own: where it cannot be loaded, a page says so. */
export const lazyPage = <Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> =>
  lazyPart(load, PageNotLoaded);

function PartNotLoaded() {
  const texts = useTexts("ui");
  return (
    <div className="p-4">
      <Notice tone="warning" actions={<ReloadButton size="small" />}>
        {texts.partNotLoaded}
      </Notice>
    </div>
  );
}

function PageNotLoaded() {
  const texts = useTexts("ui");
  return (
    <Page title={texts.pageNotLoaded} className="flex flex-col justify-center">
      <EmptyState
        headingLevel={1}
        tone="warning"
        icon={<OfflineIcon />}
        title={texts.pageNotLoaded}
        actions={<ReloadButton look="primary" />}
      >
        {texts.pageNotLoadedText}
      </EmptyState>
    </Page>
  );
}
