// Texts that break careless text handling: several scripts, combining marks, emoji, odd white space.

export const multilingualTexts: Readonly<Record<string, string>> = {
  english: "The king's men didn't rest; they'd marched 12 miles, in 1415!\n\nThe end.\n",
  spacing: "  two  spaces\tand a tab \n \n\n\n   deep   \n",
  code: "function add(a, b) {\n    return a + b; // __proto__ constructor\n}\n",
  german: "Der Fluß führt über die Brücke – „schön“, sagte er.\n",
  french: "L’été, j’ai mangé un gâteau à l’œuf… n’est-ce pas ?\n",
  decomposed: "Cafe\u0301, man\u0303ana, a\u030angstro\u0308m\n",
  chinese: "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。\n",
  japanese: "吾輩は猫である。名前はまだ無い。カタカナもある。\n",
  arabic: "مَرْحَبًا بالعالم، كيف حالك؟ ١٢٣\n",
  hebrew: "שָׁלוֹם עוֹלָם\n",
  hindi: "नमस्ते दुनिया। क्या हाल है? १२३\n",
  thai: "สวัสดีชาวโลก วันนี้อากาศดี\n",
  korean: "안녕하세요 세계, 오늘은 날씨가 좋네요.\n",
  russian: "Съешь ещё этих мягких французских булок, да выпей чаю.\n",
  emoji: "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ok😀😀 ☕️\n",
  rare: "𠮷野家 𝒳𝓎 \u00a0\u2003\u2028\u3000 \ufeffx\u200b\u00ad\n",
  special: "<bos> a <eos>b<pad> <unk> ▁Ġ ## ## x##y\n",
};

export const allTexts = Object.values(multilingualTexts).join("");
