import { createContext, useContext, type ReactNode } from "react";
import { useObservable } from "../ui/use-observable.ts";
import type { Formats } from "./formats.ts";
import type { LanguageStore, Speech } from "./language-store.ts";
import type { Texts } from "./texts.en.ts";

const LanguageContext = createContext<LanguageStore | null>(null);

export function LanguageProvider(props: { readonly store: LanguageStore; readonly children: ReactNode }) {
  return <LanguageContext value={props.store}>{props.children}</LanguageContext>;
}

export function useLanguageStore(): LanguageStore {
  const store = useContext(LanguageContext);
  if (store === null) throw new TypeError("Texts need a LanguageProvider above them.");
  return store;
}

const useSpeech = (): Speech => useObservable(useLanguageStore());

/** The texts of one feature in the language in use: `useTexts("chat").send`. */
export function useTexts<Feature extends keyof Texts>(feature: Feature): Texts[Feature] {
  return useSpeech().texts[feature];
}

/** The same where there may be no provider: on the page that says that the app did not start. */
export function useOptionalTexts<Feature extends keyof Texts>(feature: Feature): Texts[Feature] | undefined {
  return useContext(LanguageContext)?.get().texts[feature];
}

/** Dates, ages and sizes in the language in use. */
export const useFormats = (): Formats => useSpeech().formats;
