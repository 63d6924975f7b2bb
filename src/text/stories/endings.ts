// The last sentence of a story: what the hero feels, says or does, as the mood has it.
import type { AlternativeDefinition } from "./grammar.js";

const HAPPY = { mood: "happy" };
const SAD = { mood: "sad" };
const FUNNY = { mood: "funny" };
const SCARY = { mood: "scary" };

export const endings: readonly AlternativeDefinition[] = [
  {
    english: "{hero} and the {pet} danced home {weather.within}.",
    chinese: "{hero}和{pet}{weather.within}一路跳着舞回了家。",
    when: HAPPY,
  },
  {
    english: '"This is the best {time} ever!" said {hero}.',
    chinese: "“这真是最棒的一个{time}！”{hero}说。",
    when: HAPPY,
  },
  {
    english: "{hero} ran home to tell {hero.his} {giver}.",
    chinese: "{hero}跑回家，把这件事告诉了{giver}。",
    when: { mood: "happy", plot: ["loss", "visit"] }, // behind a noise, the giver may have been there
  },
  {
    english: "{hero} loved {place} more than ever.",
    chinese: "{hero}比以前更喜欢{place}了。",
    when: HAPPY,
  },
  {
    english: "{hero} left {place} without a word.",
    chinese: "{hero}一句话也没说，离开了{place}。",
    when: SAD,
  },
  {
    english: "{hero} sat down {weather.within} and cried.",
    chinese: "{hero}{weather.within}坐下来，哭了。",
    when: SAD,
  },
  {
    english: "Even the {pet} cried.",
    chinese: "就连{pet}也哭了。",
    when: SAD,
  },
  {
    english: '"I am so sorry," {hero} told {hero.his} {giver}.',
    chinese: "“真对不起。”{hero}对{giver}说。",
    when: { mood: "sad", treasureIs: "gone" },
  },
  {
    english: "{hero} laughed until {hero.his} tummy hurt.",
    chinese: "{hero}笑得肚子都疼了。",
    when: FUNNY,
  },
  {
    english: "{hero} laughed so hard that the {pet} ran away.",
    chinese: "{hero}笑得太大声，把{pet}都吓跑了。",
    when: FUNNY,
  },
  {
    english: '"What a silly {time}!" giggled {hero}.',
    chinese: "“真是个滑稽的{time}！”{hero}咯咯地笑着说。",
    when: FUNNY,
  },
  {
    english: "Even the {pet} could not stop laughing.",
    chinese: "就连{pet}也笑个不停。",
    when: FUNNY,
  },
  {
    english: "{hero} laughed all the way home {weather.within}.",
    chinese: "{hero}{weather.within}一路笑着回了家。",
    when: FUNNY,
  },
  {
    english: "{hero} screamed and ran home {weather.within}.",
    chinese: "{hero}尖叫一声，{weather.within}跑回了家。",
    when: SCARY,
  },
  {
    english: "{hero} never went {place.to} again.",
    chinese: "{hero}再也没有去过{place}。",
    when: SCARY,
  },
  {
    english: "{hero} never forgot that {time}.",
    chinese: "{hero}永远忘不了那个{time}。",
    when: SCARY,
  },
  {
    english: '"Run!" cried {hero}, but the {pet} was gone.',
    chinese: "“快跑！”{hero}喊道，可是{pet}已经不见了。",
    when: SCARY,
  },
  {
    english: "{hero} and the {pet} ran, but something followed.",
    chinese: "{hero}和{pet}拔腿就跑，可是有什么东西跟了上来。",
    when: SCARY,
  },
];
