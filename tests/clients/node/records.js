// The records of SPEC.md, their printed form, and the command line.
'use strict';

function hash(text) {
  let h = 2166136261;
  for (const byte of Buffer.from(text)) {
    h = Math.imul(h ^ byte, 16777619) >>> 0;
  }
  return h;
}

// One record in the form in which kafkajs sends it; duplicate headers are an array there.
function record(producer, sequence) {
  const identity = `${producer}/${sequence}`;
  const h = hash(identity);
  const key = h % 8 === 0 ? null : Buffer.from(`k${sequence % 97}`);
  let value = null;
  if (h % 16 !== 1) {
    const letter = String.fromCharCode(97 + (sequence % 26));
    value = Buffer.from(`${identity}|${letter.repeat((h >>> 8) % 200)}`);
  }
  const headers = { id: Buffer.from(identity) };
  switch ((h >>> 4) % 4) {
    case 1:
      headers.dup = [Buffer.from('a'), Buffer.from('b')];
      break;
    case 2:
      headers[''] = Buffer.from('x');
      break;
    case 3:
      headers.null = Buffer.alloc(0); // kafkajs cannot write a null here
      headers.empty = Buffer.alloc(0);
      break;
  }
  const timestamp = String(1700000000000 + sequence * 1000 + (h % 1000));
  return { key, value, headers, timestamp };
}

function hex(value) {
  return value === null || value === undefined ? '-' : '=' + Buffer.from(value).toString('hex');
}

function line(partition, message) {
  const headers = [];
  for (const [name, values] of Object.entries(message.headers || {})) {
    for (const value of Array.isArray(values) ? values : [values]) {
      headers.push(`${Buffer.from(name).toString('hex')}:${hex(value)}`);
    }
  }
  const { offset, timestamp, key, value } = message;
  return `${partition}\t${offset}\t${timestamp}\t${hex(key)}\t${hex(value)}\t${headers.join(',')}\n`;
}

function options(argv) {
  const found = { command: argv[0] };
  for (let at = 1; at < argv.length; at++) {
    const isFlag = at + 1 === argv.length || argv[at + 1].startsWith('--');
    const name = argv[at].slice(2);
    found[name] = isFlag ? true : argv[++at];
  }
  return found;
}

module.exports = { record, line, options };
