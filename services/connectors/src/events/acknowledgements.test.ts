import { expect, test } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

function open() {
  const sent: string[] = [];
  const acknowledgements = new Acknowledgements((streamId, upTo) => sent.push(`${streamId} ${upTo}`));
  const arrive = (seq: number, streamId = 's') => acknowledgements.arrived({ streamId, seq });
  /** What was sent since it was asked last. */
  const told = (): string[] => {
    acknowledgements.flush();
    return sent.splice(0);
  };
  return { arrive, told };
}

test('one frame confirms everything up to a number, gaps or not', () => {
  const { arrive, told } = open();
  for (const done of [1, 2, 3, 9].map((seq) => arrive(seq))) done();

  expect(told()).toEqual(['s 9']);
  expect(told()).toEqual([]);
});

test('what is not done holds back what came after it', () => {
  const { arrive, told } = open();
  const [first, second, third] = [arrive(1), arrive(2), arrive(3)];

  third();
  expect(told()).toEqual([]);
  first();
  expect(told()).toEqual(['s 1']);
  second();
  expect(told()).toEqual(['s 3']);
});

test('a number that went back is not confirmed by a higher one before it', () => {
  const { arrive, told } = open();
  const [high, low] = [arrive(5), arrive(3)];

  high();
  expect(told()).toEqual(['s 2']);
  low();
  expect(told()).toEqual(['s 5']);
});

test('a repetition is confirmed again', () => {
  const { arrive, told } = open();
  arrive(5)();
  expect(told()).toEqual(['s 5']);

  arrive(4)();
  expect(told()).toEqual(['s 4']);
});

test('streams are confirmed each for itself', () => {
  const { arrive, told } = open();
  arrive(7, 'one');
  arrive(2, 'two')();

  expect(told()).toEqual(['two 2']);
});
