import { createListeners } from "../listeners.ts";
import { createFormats, type Formats } from "./formats.ts";
import { isLanguage, matchLanguage, regionalTag, type Language } from "./languages.ts";
import { preloadLetters } from "./preload-letters.ts";
import type { Texts } from "./texts.en.ts";

/** The language in use with everything that is said in it. */
export interface Speech {
  readonly language: Language;
  readonly texts: Texts;
  readonly formats: Formats;
}

export interface LanguageStore {
  get(): Speech;
  subscribe(listener: () => void): () => void;
  /** What the person chose in the settings; `undefined` follows the browser. */
  chosen(): Language | undefined;
  /** Loads the language's texts and keeps the choice on this device; `undefined` follows the browser again. */
  choose(language: Language | undefined): Promise<void>;
}

export interface LanguageDeps {
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** The browser's languages, most wanted first. */
  readonly wanted: () => readonly string[];
  readonly loadTexts: (language: Language) => Promise<Texts>;
  /** Tells the document, so that screen readers speak it and hyphens fall where they should. */
  readonly onLanguage: (language: Language) => void;
}

const STORAGE_KEY = "tidemark:language";

/** Resolves once the texts of the language in use are loaded: no page is shown in another one first. */
export async function createLanguageStore(deps: LanguageDeps): Promise<LanguageStore> {
  const { storage, wanted, loadTexts, onLanguage } = deps;
  const { subscribe, notify } = createListeners();

  function chosen(): Language | undefined {
    const kept = storage.getItem(STORAGE_KEY);
    return isLanguage(kept) ? kept : undefined;
  }

  async function load(): Promise<Speech> {
    const language = chosen() ?? matchLanguage(wanted());
    const texts = await loadTexts(language);
    onLanguage(language);
    return { language, texts, formats: createFormats(regionalTag(language, wanted())) };
  }

  let speech = await load();
  return {
    get: () => speech,
    subscribe,
    chosen,
    async choose(language) {
      if (language === undefined) storage.removeItem(STORAGE_KEY);
      else storage.setItem(STORAGE_KEY, language);
      speech = await load();
      notify();
    },
  };
}

/** The languages of this browser; only the one in use is loaded. */
export function browserLanguages(): LanguageDeps {
  return {
    storage: window.localStorage,
    wanted: () => navigator.languages,
    loadTexts: async (language) => {
      preloadLetters(language);
      return language === "uk" ? (await import("./texts.uk.ts")).texts : (await import("./texts.en.ts")).texts;
    },
    onLanguage: (language) => {
      document.documentElement.lang = language;
    },
  };
}
