import { useEffect, useState, type ComponentType, type ReactNode } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

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
 * its worker had stored the app, its place says so in words and asks again as soon as there is a network: what was not
 * loaded is no crash.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
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

function NotLoaded() {
  const texts = useTexts("ui");
  return (
    <div className="p-4">
      <Notice
        tone="warning"
        actions={
          // Not the same as waiting: some browsers never ask again for a file that they could not load once.
          <Button size="small" onClick={() => globalThis.location.reload()}>
            {texts.crashAction}
          </Button>
        }
      >
        {texts.partNotLoaded}
      </Notice>
    </div>
  );
}
