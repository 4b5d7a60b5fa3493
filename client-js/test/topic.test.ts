import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFilter, filterOfNative, filterToNative, matches } from '../src/topic/filter.js';
import { checkTopic, topicOfNative, topicToNative } from '../src/topic/topic.js';
import { Random } from './random.js';

const CHARACTERS = ['a', 'ü', '😀', '.', '%', '*', '2', 'E', 'A', '5', ' ', '$', '', '/'];

test('native form and back is the same topic, for any characters in it', () => {
  const random = new Random();
  for (let run = 0; run < 20_000; run++) {
    const mqtt = random.text(CHARACTERS, 12);
    if (mqtt === '') continue;
    const native = topicToNative(mqtt);
    assert.equal(topicOfNative(native), mqtt, random.seedText());
    assert.ok(!native.includes('/') && !native.includes('*'), native);
  }
});

test('different topics have different native forms', () => {
  const random = new Random();
  const forms = new Map<string, string>();
  for (let run = 0; run < 20_000; run++) {
    const mqtt = random.text(CHARACTERS, 6);
    const native = topicToNative(mqtt);
    assert.equal(forms.get(native) ?? mqtt, mqtt, random.seedText());
    forms.set(native, mqtt);
  }
});

test('the escapes are those of the server', () => {
  assert.equal(topicToNative('a/b.c/d%e/f*g'), 'a.b%2Ec.d%25e.f%2Ag');
  assert.equal(topicOfNative('market.AAPL.prices'), 'market/AAPL/prices');
  assert.equal(filterOfNative('market.*.prices'), 'market/+/prices');
  assert.equal(filterOfNative('market.#'), 'market/#');
  assert.equal(filterToNative('market/+/a.b/#'), 'market.*.a%2Eb.#');
});

test('what cannot be a topic is refused with the reason', () => {
  const refused: [() => unknown, string, RegExp][] = [
    [() => checkTopic(''), 'TOPIC_INVALID', /empty/],
    [() => checkTopic('a/+'), 'TOPIC_INVALID', /wildcard '\+' at index 2/],
    [() => checkTopic('a\0'), 'TOPIC_INVALID', /U\+0000 at index 1/],
    [() => checkTopic('\ud800'), 'TOPIC_INVALID', /surrogate/],
    [() => checkTopic('ü'.repeat(32_768)), 'TOPIC_INVALID', /65536 bytes/],
    [() => checkTopic('/'.repeat(128)), 'TOPIC_TOO_DEEP', /129 levels/],
    [() => topicOfNative('a.*'), 'TOPIC_INVALID', /wildcard/],
    [() => topicOfNative('a/b'), 'TOPIC_INVALID', /separator of MQTT/],
    [() => topicOfNative('a%2F'), 'TOPIC_INVALID', /%2F/],
    [() => topicOfNative('a%'), 'TOPIC_INVALID', /only %2E/],
    [() => checkFilter('a/#/b'), 'FILTER_INVALID', /level 2 of 3/],
    [() => checkFilter('a+/b'), 'FILTER_INVALID', /mixes/],
    [() => checkFilter('$share/g'), 'FILTER_INVALID', /\$share\/group\/filter/],
    [() => checkFilter('$share/g/'), 'FILTER_INVALID', /\$share\/group\/filter/],
    [() => checkFilter('$share//t'), 'FILTER_INVALID', /\$share\/group\/filter/],
    [() => checkFilter('$share/+/t'), 'FILTER_INVALID', /group without wildcards/],
    [() => filterOfNative('a.b*'), 'FILTER_INVALID', /fills its level/],
  ];
  for (const [act, code, message] of refused) assert.throws(act, { code, message });
});

test('a filter matches as MQTT says', () => {
  const yes: [string, string][] = [
    ['a/b', 'a/b'],
    ['a/+', 'a/b'],
    ['a/+', 'a/'],
    ['+/+', '/a'],
    ['a/#', 'a'],
    ['a/#', 'a/b/c'],
    ['#', 'a'],
    ['$sys/#', '$sys/a'],
    ['$share/g/a/+', 'a/b'],
    ['$share/g/#', 'a/b'],
    ['$share/g//a', '/a'],
  ];
  const no: [string, string][] = [
    ['a/+', 'a'],
    ['a/+', 'a/b/c'],
    ['#', '$sys/a'],
    ['+/a', '$sys/a'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['$share/g/a', '$share/g/a'],
    ['$share/g/a', 'b'],
    ['$share/g/#', '$sys/a'],
  ];
  for (const [filter, topic] of yes) assert.ok(matches(filter, topic), `${filter} ${topic}`);
  for (const [filter, topic] of no) assert.ok(!matches(filter, topic), `${filter} ${topic}`);
});
