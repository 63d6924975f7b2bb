// Whose dates the dates task writes: languages of many scripts, some with digits of their own.

/** BCP 47 tags; "-u-nu-" names the digits where a language has more than one kind in use. */
const candidates: readonly string[] = [
  // Latin
  "en-US en-GB de fr es it pt-BR nl sv da nb fi is pl cs sk sl hr hu ro et lv lt tr vi id sw ca eu cy",
  // Cyrillic, Greek, Georgian, Armenian
  "ru uk bg sr mk kk mn el ka hy",
  // Hebrew and Arabic
  "he ar-EG-u-nu-arab ar-EG-u-nu-latn fa-u-nu-arabext ur-u-nu-latn",
  // scripts of India and its neighbours, Ethiopic
  "hi-u-nu-deva hi-u-nu-latn mr-u-nu-deva bn-u-nu-beng pa-u-nu-latn ta-u-nu-latn te-u-nu-latn",
  "th-u-nu-latn th-u-nu-thai km-u-nu-latn my-u-nu-mymr am-u-nu-latn",
  // Han, Kana, Hangul
  "zh-CN zh-TW ja ko",
].flatMap((tags) => tags.split(" "));

let supported: readonly string[] | undefined; // looked for on first use: that takes longer than all else in this room to load

/** The tags of the task that this Node has the words for: all of them with full ICU, which Node has unless built without. */
export const dateLocales = (): readonly string[] => (supported ??= Intl.DateTimeFormat.supportedLocalesOf(candidates));
