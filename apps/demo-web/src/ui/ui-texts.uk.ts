import type { uiTexts as english } from "./ui-texts.en.ts";

export const uiTexts: typeof english = {
  allLessons: "Усі уроки",
  home: "Tidemark, усі уроки",
  skipToContent: "Перейти до вмісту",
  settings: "Налаштування",
  signOut: "Вийти",
  close: "Закрити",
  cancel: "Скасувати",
  save: "Зберегти",
  tryAgain: "Спробувати ще раз",
  optional: "необов’язково",
  showPassword: "Показати пароль",
  hidePassword: "Сховати пароль",
  loadingPage: "Сторінка завантажується",

  notFoundTitle: "Тут немає сторінки",
  notFoundText: "Можливо, в адресі помилка або того, на що вона вказувала, вже немає.",
  notFound: "Не знайдено",

  crashTitle: "Ця сторінка перестала працювати",
  crashText: "Написане вами збережено на цьому пристрої: чернетки й ненадіслані повідомлення нікуди не зникли.",
  crashAction: "Завантажити сторінку знову",
  crashDetails: "Що сталося",

  partNotLoaded:
    "Цієї частини ще немає на цьому пристрої. Коли буде мережа, завантажте сторінку знову; написане збережено.",
  pageNotLoaded: "Цієї сторінки ще немає на цьому пристрої",
  pageNotLoadedText: "Коли буде мережа, завантажте її знову; написане вами збережено.",

  cannotStoreTitle: "Цей браузер не може зберігати ваші уроки",
  opening: "Відкриваємо ваші уроки",

  updateReady: "Готова нова версія Tidemark. Чернетки й ненадіслані повідомлення залишаться.",
  updateNow: "Оновити",
  updateLater: "Пізніше",
};
