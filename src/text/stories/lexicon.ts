// The words that the stories are about, English and Chinese side by side.
import type { Condition, Forms, VariableDefinition, Word } from "./grammar.js";

interface WordOptions {
  readonly traits?: readonly string[];
  readonly weight?: number;
  readonly when?: Condition;
}

function forms(written: string | Forms): Forms {
  return typeof written === "string" ? { plain: written } : written;
}

function word(english: string | Forms, chinese: string | Forms, options: WordOptions = {}): Word {
  const { traits = [], weight = 1, when = {} } = options;
  return { english: forms(english), chinese: forms(chinese), traits, weight, when };
}

/** A thing with its Chinese measure word. */
function counted(english: string, measure: string, chinese: string, traits: readonly string[] = []): Word {
  return word(english, { plain: chinese, measure }, { traits });
}

const SHE = { he: "she", He: "She", him: "her", his: "her", His: "Her" };
const HE = { he: "he", He: "He", him: "him", his: "his", His: "His" };

const girl = (english: string, chinese: string): Word => word({ plain: english, ...SHE }, { plain: chinese, he: "她" });
const boy = (english: string, chinese: string): Word => word({ plain: english, ...HE }, { plain: chinese, he: "他" });

const heroes = [
  girl("Mia", "米娅"),
  girl("Lily", "莉莉"),
  girl("Anna", "安娜"),
  girl("Rosa", "罗莎"),
  girl("Emma", "艾玛"),
  girl("Lucy", "露西"),
  boy("Tom", "汤姆"),
  boy("Peter", "彼得"),
  boy("Max", "马克斯"),
  boy("Jack", "杰克"),
  boy("Oscar", "奥斯卡"),
  boy("Hugo", "雨果"),
];

/** A kind of weather; `within` says where one walks in it. */
function weatherWord(english: string, chinese: string, within: string, chineseWithin: string, traits: readonly string[]): Word {
  return word({ plain: english, within }, { plain: chinese, within: chineseWithin }, { traits });
}

const weathers = [
  weatherWord("sunny", "阳光明媚", "in the sunshine", "在阳光下", ["breezy"]),
  weatherWord("gray", "阴沉沉", "under the gray sky", "在灰色的天空下", ["breezy"]),
  weatherWord("windy", "刮着风", "in the wind", "在风中", ["anytime", "breezy"]),
  weatherWord("rainy", "下着雨", "in the rain", "在雨中", ["anytime", "breezy"]),
  weatherWord("snowy", "下着雪", "in the snow", "在雪中", ["anytime", "breezy"]),
  weatherWord("foggy", "大雾弥漫", "in the fog", "在雾中", ["anytime"]),
];

const times = [
  word("morning", "早晨", { weight: 3 }),
  word("afternoon", "下午", { weight: 3 }),
  word("evening", "傍晚", { weight: 2, when: { weather: "anytime" } }),
  word("night", "夜晚", { weight: 2, when: { weather: "anytime" } }),
];

/** A place; `at` and `to` say where one is and where one goes. */
function place(name: string, preposition: string, chinese: string, chineseAt: string, kind: "green" | "water" | "town"): Word {
  const english = { plain: `the ${name}`, at: `${preposition} the ${name}`, to: `to the ${name}` };
  return word(english, { plain: chinese, at: chineseAt }, { traits: [kind] });
}

const places = [
  place("garden", "in", "花园", "花园里", "green"),
  place("forest", "in", "森林", "森林里", "green"),
  place("park", "in", "公园", "公园里", "green"),
  place("farm", "on", "农场", "农场里", "green"),
  place("beach", "on", "海滩", "海滩上", "water"),
  place("lake", "by", "湖边", "湖边", "water"),
  place("river", "by", "河边", "河边", "water"),
  place("market", "at", "集市", "集市上", "town"),
  place("castle", "in", "城堡", "城堡里", "town"),
  place("village", "in", "村子", "村子里", "town"),
];

const manners = [
  word("lazy", "懒洋洋的"),
  word("clever", "聪明的"),
  word("hungry", "贪吃的"),
  word("brave", "勇敢的"),
  word("silly", "傻乎乎的"),
  word("noisy", "吵吵闹闹的"),
];

const pets = [
  counted("dog", "只", "小狗"),
  counted("cat", "只", "小猫"),
  counted("goat", "只", "山羊"),
  counted("rabbit", "只", "兔子"),
  counted("monkey", "只", "猴子"),
  counted("pony", "匹", "小马"),
  counted("duck", "只", "鸭子"),
  counted("turtle", "只", "乌龟"),
];

const givers = [
  word("grandmother", "奶奶"),
  word("uncle", "叔叔"),
  word("aunt", "姑姑"),
  word("teacher", "老师"),
  word("sister", "姐姐"),
  word("brother", "哥哥"),
];

const colors = [
  word("red", "红色的"),
  word("blue", "蓝色的"),
  word("green", "绿色的"),
  word("yellow", "黄色的"),
  word("golden", "金色的"),
  word("white", "白色的"),
];

const treasures = [
  counted("kite", "只", "风筝", ["light"]),
  counted("scarf", "条", "围巾", ["light"]),
  counted("hat", "顶", "帽子", ["light", "headwear"]),
  counted("umbrella", "把", "雨伞", ["light"]),
  counted("ball", "个", "皮球", ["light"]),
  counted("basket", "个", "篮子", ["light"]),
  counted("crown", "顶", "王冠", ["headwear"]),
  counted("drum", "面", "小鼓"),
  counted("lantern", "盏", "灯笼"),
  counted("key", "把", "钥匙"),
  counted("flute", "支", "笛子"),
  counted("ring", "枚", "戒指"),
];

const GREEN = { place: "green" };
const WATER = { place: "water" };
const TOWN = { place: "town" };

const spots = [
  word("under a tree", "一棵树下", { when: GREEN }),
  word("in the tall grass", "高高的草丛里", { when: GREEN }),
  word("inside a hollow log", "一段空心的木头里", { when: GREEN }),
  word("behind a rock", "一块石头后面", { when: { place: ["green", "water"] } }),
  word("under a boat", "一条小船下面", { when: WATER }),
  word("in the wet sand", "湿湿的沙子里", { when: WATER }),
  word("inside a barrel", "一只木桶里", { when: { place: ["water", "town"] } }),
  word("under a bench", "一张长椅下面", { when: TOWN }),
  word("behind a wall", "一堵墙后面", { when: TOWN }),
  word("in a dark corner", "一个黑暗的角落里", { when: TOWN }),
];

const finds = [
  word("an old boot", "一只旧靴子"),
  word("a wet sock", "一只湿袜子"),
  word("a fat frog", "一只胖青蛙"),
  word("a rusty spoon", "一把生锈的勺子"),
  word("a broken cup", "一个破杯子"),
  word("two snails", "两只蜗牛"),
];

const thieves = [
  counted("raven", "只", "乌鸦"),
  counted("fox", "只", "狐狸"),
  counted("squirrel", "只", "松鼠"),
  counted("seagull", "只", "海鸥"),
];

const sounds = [
  word("howl", "嚎叫声"),
  word("growl", "低吼声"),
  word("whisper", "低语声"),
  word("scream", "尖叫声"),
];

const cubs = [
  word("owl", "猫头鹰"),
  word("bear", "熊"),
  word("wolf", "狼"),
  word("deer", "鹿"),
];

const strangers = [
  counted("sailor", "名", "水手"),
  counted("wizard", "个", "巫师"),
  counted("pirate", "个", "海盗"),
  counted("giant", "个", "巨人"),
  counted("clown", "个", "小丑"),
  counted("witch", "个", "女巫"),
];

const foods = [
  word("bread", "面包"),
  word("cake", "蛋糕"),
  word("honey", "蜂蜜"),
  word("cheese", "奶酪"),
  word("pie", "馅饼"),
];

/** Every variable that a template can mention. */
export const lexicon: Readonly<Record<string, VariableDefinition>> = {
  hero: { noun: "hero", words: heroes },
  weather: { noun: "weather", words: weathers },
  time: { noun: "time of day", words: times },
  place: { noun: "place", words: places },
  manner: { noun: "pet's character", words: manners },
  pet: { noun: "pet", words: pets },
  giver: { noun: "giver", words: givers },
  color: { noun: "color", words: colors },
  treasure: { noun: "treasure", words: treasures },
  spot: { noun: "hiding place", words: spots },
  find: { noun: "worthless find", words: finds },
  thief: { noun: "thief", words: thieves },
  sound: { noun: "sound", words: sounds },
  cub: { noun: "young animal", words: cubs },
  stranger: { noun: "stranger", words: strangers },
  food: { noun: "food", words: foods },
};
