// The fifth sentence of a story: how the problem turns out, which decides the mood and the summary.
import type { AlternativeDefinition, Condition } from "./grammar.js";

type Mood = "happy" | "sad" | "funny" | "scary";

function outcome(mood: Mood, when: Condition, english: string, chinese: string, summary: string): AlternativeDefinition {
  return { english, chinese, summary, when, sets: { mood, treasureIs: "safe" } };
}

/** A sad outcome after which the treasure is gone for good, so that the hero may owe somebody an apology. */
function ruin(when: Condition, english: string, chinese: string, summary: string): AlternativeDefinition {
  return { english, chinese, summary, when, sets: { mood: "sad", treasureIs: "gone" } };
}

const LOSS = { plot: "loss" };
const WIND = { cause: "wind" };
const THIEF = { cause: "thief" };
const UNSEEN = { cause: "nobody" };

const lossOutcomes = [
  outcome(
    "happy",
    LOSS,
    "Then the {pet} came back with the {treasure}!",
    "就在这时，{pet}带着{treasure}回来了！",
    "{hero} lost a {color} {treasure} {place.at}, but {hero.his} {pet} brought it back.",
  ),
  outcome(
    "happy",
    LOSS,
    "At last {hero.he} saw something {color}: the {treasure}!",
    "终于，{hero.he}看到前面有个{color}东西：正是那{treasure.measure}{treasure}！",
    "{hero} lost a {color} {treasure} {place.at} and found it again.",
  ),
  outcome(
    "happy",
    THIEF,
    "Then the {thief} said sorry and gave it back!",
    "后来，{thief}说了声对不起，把它还了回来！",
    "A {thief} stole {hero}'s {treasure} {place.at}, but gave it back.",
  ),
  ruin(
    LOSS,
    "At last {hero.he} found the {treasure}, but it was ruined.",
    "最后{hero.he}找到了{treasure}，可是它已经坏了。",
    "{hero} lost a {color} {treasure} {place.at} and found it ruined.",
  ),
  ruin(
    LOSS,
    "Nobody ever saw the {treasure} again.",
    "从此，再也没有人见过那{treasure.measure}{treasure}。",
    "{hero} lost a {color} {treasure} {place.at} and never found it.",
  ),
  ruin(
    THIEF,
    "But the {thief} had dropped it into a well.",
    "可是，{thief}已经把它丢进了一口井里。",
    "A {thief} stole {hero}'s {treasure} {place.at} and dropped it into a well.",
  ),
  outcome(
    "funny",
    UNSEEN,
    "Then {hero.he} saw the {pet}, asleep on the {treasure}!",
    "这时{hero.he}才看见，{pet}正趴在{treasure}上睡大觉！",
    "{hero} lost a {color} {treasure} {place.at}, but {hero.his} {pet} was sleeping on it.",
  ),
  outcome(
    "funny",
    { cause: "nobody", treasure: "headwear" },
    "But the {treasure} was on {hero.his} own head!",
    "原来，{treasure}就戴在{hero.he}自己的头上！",
    "{hero} looked for a {color} {treasure} {place.at}, but was wearing it.",
  ),
  outcome(
    "funny",
    WIND,
    "Then a cow came by, wearing the {treasure}!",
    "这时，一头奶牛走了过来，头上竟然顶着{treasure}！",
    "The wind took {hero}'s {treasure} {place.at} and dropped it on a cow.",
  ),
  outcome(
    "funny",
    THIEF,
    "Then the {thief} came back, dancing with the {treasure}!",
    "这时{thief}回来了，正抱着{treasure}跳舞！",
    "A {thief} stole {hero}'s {treasure} {place.at} and danced with it.",
  ),
  outcome(
    "scary",
    LOSS,
    "Then a cold hand gave the {treasure} back.",
    "这时，一只冰冷的手把{treasure}递了回来。",
    "{hero} lost a {color} {treasure} {place.at}, and a ghost gave it back.",
  ),
  outcome(
    "scary",
    LOSS,
    "Then two huge eyes opened behind {hero.him}.",
    "这时，{hero.he}身后睁开了两只巨大的眼睛。",
    "{hero} looked for a {color} {treasure} {place.at} and met a monster.",
  ),
];

const NOISE = { plot: "noise" };

const noiseOutcomes = [
  outcome(
    "happy",
    NOISE,
    "Out came {hero.his} {giver} with a birthday cake!",
    "原来是{hero.he}的{giver}，捧着生日蛋糕走了出来！",
    "{hero} heard a {sound} {place.at}, but it was a birthday surprise.",
  ),
  outcome(
    "happy",
    NOISE,
    "It was a baby {cub}, and {hero.he} found its mother.",
    "原来是一只小{cub}，{hero.he}帮它找到了妈妈。",
    "{hero} heard a {sound} {place.at} and helped a baby {cub}.",
  ),
  outcome(
    "sad",
    NOISE,
    "It was {hero.his} {giver}, crying all alone.",
    "原来是{hero.he}的{giver}，正独自一人哭泣。",
    "{hero} heard a {sound} {place.at} and found {hero.his} {giver} crying.",
  ),
  outcome(
    "sad",
    NOISE,
    "It was a baby {cub} without a mother.",
    "原来是一只没有妈妈的小{cub}。",
    "{hero} heard a {sound} {place.at} and found a lonely baby {cub}.",
  ),
  outcome(
    "funny",
    NOISE,
    "It was only a frog, snoring like a king!",
    "原来只是一只青蛙，正像国王一样打着呼噜！",
    "{hero} heard a {sound} {place.at}, but it was only a snoring frog.",
  ),
  outcome(
    "funny",
    NOISE,
    "Out came a chicken, wearing a bucket!",
    "一只头上套着水桶的母鸡走了出来！",
    "{hero} heard a {sound} {place.at}, but it was only a chicken in a bucket.",
  ),
  outcome(
    "funny",
    NOISE,
    "It was only {hero.his} {giver}, trying to sing!",
    "原来只是{hero.he}的{giver}在学唱歌！",
    "{hero} heard a {sound} {place.at}, but it was only {hero.his} {giver} singing.",
  ),
  outcome(
    "scary",
    NOISE,
    "Then it came again, right behind {hero.him}.",
    "这时，那声音又响了起来，就在{hero.he}身后。",
    "{hero} heard a {sound} {place.at}, and it came closer.",
  ),
  outcome(
    "scary",
    NOISE,
    "Nobody was there, but a cold hand touched {hero.him}.",
    "那里没有人，可是一只冰冷的手摸了摸{hero.he}。",
    "{hero} heard a {sound} {place.at} and felt a cold hand.",
  ),
  outcome(
    "scary",
    NOISE,
    "Two huge eyes opened and looked at {hero.him}.",
    "两只巨大的眼睛睁开了，紧紧盯着{hero.he}。",
    "{hero} heard a {sound} {place.at} and met a monster.",
  ),
];

const VISIT = { plot: "visit" };

const visitOutcomes = [
  outcome(
    "happy",
    VISIT,
    "The {stranger} sang until flowers grew {place.at}.",
    "{stranger}唱起歌来，{place.at}到处开满了鲜花。",
    "{hero} met a {stranger} {place.at} who made flowers grow.",
  ),
  outcome(
    "happy",
    VISIT,
    "The {stranger} made the {treasure} shine like a star.",
    "{stranger}让{treasure}像星星一样闪闪发光。",
    "{hero} met a {stranger} {place.at} who made a {color} {treasure} shine.",
  ),
  outcome(
    "happy",
    VISIT,
    "The {stranger} thanked {hero.him} with a bag of gold!",
    "{stranger}送给{hero.he}满满一袋金子表示感谢！",
    "{hero} was kind to a {stranger} {place.at} and got a bag of gold.",
  ),
  ruin(
    VISIT,
    "Then the {stranger} took the {treasure} and ran away.",
    "谁知{stranger}抢走了{treasure}，逃得无影无踪。",
    "{hero} was kind to a {stranger} {place.at} who stole a {color} {treasure}.",
  ),
  outcome(
    "sad",
    VISIT,
    "The {stranger} wept for a lost friend.",
    "{stranger}想起失去的朋友，流下了眼泪。",
    "{hero} met a {stranger} {place.at} who wept for a lost friend.",
  ),
  outcome(
    "funny",
    VISIT,
    "The {stranger} ate it all, and the {treasure} too!",
    "{stranger}吃得干干净净，竟然把{treasure}也吃掉了！",
    "{hero} met a hungry {stranger} {place.at} who ate a {color} {treasure}.",
  ),
  outcome(
    "funny",
    VISIT,
    "The {stranger} danced and fell over the {pet}!",
    "{stranger}跳起舞来，结果被{pet}绊了一跤！",
    "{hero} met a dancing {stranger} {place.at} who fell over a {pet}.",
  ),
  outcome(
    "scary",
    VISIT,
    "But the {stranger} had no shadow.",
    "没想到，{stranger}竟然没有影子。",
    "{hero} met a {stranger} {place.at} who had no shadow.",
  ),
  outcome(
    "scary",
    VISIT,
    "The {stranger} laughed and showed long, sharp teeth.",
    "{stranger}大笑起来，露出又长又尖的牙齿。",
    "{hero} met a {stranger} {place.at} who had sharp teeth.",
  ),
];

export const outcomes: readonly AlternativeDefinition[] = [...lossOutcomes, ...noiseOutcomes, ...visitOutcomes];
