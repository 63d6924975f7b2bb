// The first four sentences of a story: who and where, what the hero carries, what happens to it, what the hero does.
import type { AlternativeDefinition } from "./grammar.js";

export const openings: readonly AlternativeDefinition[] = [
  {
    english: "One {weather} {time}, {hero} took {hero.his} {pet} {place.to}.",
    chinese: "一个{weather}的{time}，{hero}带着{hero.he}的{pet}去了{place}。",
  },
  {
    english: "{hero} took {hero.his} {manner} {pet} {place.to} one {weather} {time}.",
    chinese: "在一个{weather}的{time}，{hero}带着{hero.he}那{pet.measure}{manner}{pet}来到了{place}。",
  },
  {
    english: "{hero} and {hero.his} {pet} were playing {place.at} one {weather} {time}.",
    chinese: "一个{weather}的{time}，{hero}和{hero.he}的{pet}正在{place.at}玩耍。",
  },
  {
    english: "On a {weather} {time}, {hero} went {place.to} with {hero.his} {manner} {pet}.",
    chinese: "那是一个{weather}的{time}，{hero}和{hero.he}那{pet.measure}{manner}{pet}一起去了{place}。",
  },
];

export const gifts: readonly AlternativeDefinition[] = [
  {
    english: "{hero.His} {giver} had given {hero.him} a {color} {treasure}.",
    chinese: "{hero.he}的{giver}送给了{hero.he}一{treasure.measure}{color}{treasure}。",
  },
  {
    english: "{hero.He} had borrowed a {color} {treasure} from {hero.his} {giver}.",
    chinese: "{hero.he}从{giver}那里借来了一{treasure.measure}{color}{treasure}。",
  },
  {
    english: "{hero.He} carried a {color} {treasure} for {hero.his} {giver}.",
    chinese: "{hero.he}替{giver}拿着一{treasure.measure}{color}{treasure}。",
  },
  {
    english: "{hero.His} {color} {treasure} was a present from {hero.his} {giver}.",
    chinese: "{hero.he}有一{treasure.measure}{color}{treasure}，那是{giver}送的礼物。",
  },
];

export const problems: readonly AlternativeDefinition[] = [
  {
    english: "Suddenly the wind blew the {treasure} away.",
    chinese: "突然，一阵风把{treasure}吹走了。",
    when: { weather: "breezy", treasure: "light" },
    sets: { plot: "loss", cause: "wind" },
  },
  {
    english: "Suddenly a {thief} stole the {color} {treasure}.",
    chinese: "突然，一{thief.measure}{thief}偷走了那{treasure.measure}{color}{treasure}。",
    sets: { plot: "loss", cause: "thief" },
  },
  {
    english: "But soon the {color} {treasure} was gone.",
    chinese: "可是没过多久，那{treasure.measure}{color}{treasure}不见了。",
    sets: { plot: "loss", cause: "nobody" },
  },
  {
    english: "{hero} fell asleep, and the {treasure} disappeared.",
    chinese: "{hero}睡着了，{treasure}也不见了。",
    sets: { plot: "loss", cause: "nobody" },
  },
  {
    english: "Suddenly {hero.he} heard a {sound} {spot}.",
    chinese: "突然，{hero.he}听见{spot}传来一阵{sound}。",
    sets: { plot: "noise" },
  },
  {
    english: "Then something {spot} began to {sound}.",
    chinese: "这时，{spot}有什么东西发出了{sound}。",
    sets: { plot: "noise" },
  },
  {
    english: "There was a strange {sound} {spot}.",
    chinese: "忽然，{spot}响起了一阵奇怪的{sound}。",
    sets: { plot: "noise" },
  },
  {
    english: "Soon a tired {stranger} asked for some {food}.",
    chinese: "不久，一{stranger.measure}疲惫的{stranger}走过来，想要一点{food}。",
    sets: { plot: "visit" },
  },
  {
    english: '"Have you any {food}?" asked a tired {stranger}.',
    chinese: "“你有{food}吗？”一{stranger.measure}疲惫的{stranger}问道。",
    sets: { plot: "visit" },
  },
  {
    english: "Then came a {stranger} who wanted some {food}.",
    chinese: "这时来了一{stranger.measure}{stranger}，说想要一点{food}。",
    sets: { plot: "visit" },
  },
];

const LOSS = { plot: "loss" };
const NOISE = { plot: "noise" };
const VISIT = { plot: "visit" };

export const responses: readonly AlternativeDefinition[] = [
  {
    english: '"Where is it?" cried {hero}, looking {spot}.',
    chinese: "“它在哪里？”{hero}一边喊，一边在{spot}寻找。",
    when: LOSS,
  },
  {
    english: "{hero.He} looked {spot} but found only {find}.",
    chinese: "{hero.he}在{spot}找了找，却只找到{find}。",
    when: LOSS,
  },
  {
    english: "{hero} and the {pet} searched everywhere.",
    chinese: "{hero}和{pet}到处寻找。",
    when: LOSS,
  },
  {
    english: '"Find it!" {hero} told the {pet}.',
    chinese: "“快去找！”{hero}对{pet}说。",
    when: LOSS,
  },
  {
    english: '"What will my {giver} say?" cried {hero}.',
    chinese: "“我该怎么跟{giver}说呢？”{hero}喊道。",
    when: LOSS,
  },
  {
    english: '"Stop!" cried {hero}, but the {thief} was too fast.',
    chinese: "“站住！”{hero}喊道，可是{thief}太快了。",
    when: { cause: "thief" },
  },
  {
    english: '"Who is there?" whispered {hero}, holding the {treasure}.',
    chinese: "“谁在那里？”{hero}紧紧抓着{treasure}，小声问道。",
    when: NOISE,
  },
  {
    english: "The {pet} hid, but {hero} went closer.",
    chinese: "{pet}躲了起来，可是{hero}慢慢走近了。",
    when: NOISE,
  },
  {
    english: "{hero} lifted the {color} {treasure} and went closer.",
    chinese: "{hero}举起那{treasure.measure}{color}{treasure}，慢慢走近了。",
    when: NOISE,
  },
  {
    english: '"Do not be afraid," {hero} told the {pet}.',
    chinese: "“别害怕。”{hero}对{pet}说。",
    when: NOISE,
  },
  {
    english: '"Of course," said {hero}, and shared everything.',
    chinese: "“当然可以。”{hero}说着，把吃的全都分给了客人。",
    when: VISIT,
  },
  {
    english: "{hero} had only a little, but {hero.he} shared it.",
    chinese: "{hero}只有一点点，可是{hero.he}还是拿出来分享了。",
    when: VISIT,
  },
  {
    english: "The {pet} hid, but {hero} said yes.",
    chinese: "{pet}躲了起来，可是{hero}答应了。",
    when: VISIT,
  },
  {
    english: "{hero} smiled at the {stranger} and opened {hero.his} bag.",
    chinese: "{hero}朝{stranger}笑了笑，打开了自己的背包。",
    when: VISIT,
  },
];
