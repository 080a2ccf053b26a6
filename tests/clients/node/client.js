// The client program of SPEC.md for kafkajs.
'use strict';

const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs');
const lz4 = require('lz4-napi');
const zstd = require('@bokuweb/zstd-wasm');
const records = require('./records.js');

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy');
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => lz4.compressFrame(encoder.buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder) => Buffer.from(zstd.compress(encoder.buffer, 3)),
  decompress: async (buffer) => Buffer.from(zstd.decompress(buffer, { defaultHeapSize: 16 << 20 })),
});

const codecs = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

const opts = records.options(process.argv.slice(2));
const kafka = new Kafka({
  clientId: 'kafkajs',
  brokers: [opts.bootstrap],
  logLevel: logLevel.ERROR,
  logCreator: () => (entry) => process.stderr.write(JSON.stringify(entry) + '\n'),
});

async function produce() {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const names = opts.codec.split(',');
  const count = Number(opts.count);
  let sequence = Number(opts.first || 0);
  for (const [at, name] of names.entries()) {
    let left = Math.floor(count / names.length) + (at < count % names.length ? 1 : 0);
    while (left > 0) {
      const messages = [];
      for (let size = Math.min(left, 500); size > 0; size--) {
        messages.push(records.record(opts.producer, sequence++));
      }
      left -= messages.length;
      const compression = codecs[name];
      await producer.send({ topic: opts.topic, acks: -1, compression, messages });
    }
  }
  await producer.disconnect();
}

// kafkajs has no assignment without a group: it joins a group of its own and seeks.
async function consumeAssigned() {
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map();
  for (const { partition, low, high } of await admin.fetchTopicOffsets(opts.topic)) {
    ends.set(partition, { low: Number(low), high: Number(high) });
  }
  const starts = new Map();
  const [kind, number] = opts.from.split(':');
  if (kind === 'time') {
    for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(opts.topic, Number(number))) {
      const found = Number(offset);
      starts.set(partition, found < 0 ? ends.get(partition).high : found);
    }
  } else {
    for (const [partition, { low, high }] of ends) {
      starts.set(partition, kind === 'earliest' ? low : Math.min(Number(number), high));
    }
  }
  await admin.disconnect();
  const left = new Set([...ends.keys()].filter((p) => starts.get(p) < ends.get(p).high));
  if (left.size === 0) {
    return;
  }
  const groupId = `kafkajs-assign-${process.pid}-${Date.now()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: opts.topic, fromBeginning: true });
  await new Promise((done, failed) => {
    consumer.on(consumer.events.CRASH, (event) => failed(event.payload.error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          const { partition } = batch;
          let lines = '';
          for (const message of batch.messages) {
            const offset = Number(message.offset);
            if (offset >= starts.get(partition) && offset < ends.get(partition).high) {
              lines += records.line(partition, message);
            }
          }
          process.stdout.write(lines);
          if (Number(batch.lastOffset()) + 1 >= ends.get(partition).high) {
            left.delete(partition);
          }
          if (left.size === 0) {
            done();
          }
        },
      })
      .catch(failed);
    for (const [partition, offset] of starts) {
      consumer.seek({ topic: opts.topic, partition, offset: String(offset) });
    }
  });
  await consumer.disconnect();
}

async function consumeGroup() {
  const consumer = kafka.consumer({ groupId: opts.group, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: opts.topic, fromBeginning: true });
  const ended = new Promise((done) => process.stdin.on('end', done).resume());
  await consumer.run({
    eachBatchAutoResolve: false,
    autoCommitThreshold: 1,
    eachBatch: async ({ batch, resolveOffset, isRunning, isStale, commitOffsetsIfNecessary }) => {
      for (const message of batch.messages) {
        if (!isRunning() || isStale()) {
          break;
        }
        process.stdout.write(records.line(batch.partition, message));
        resolveOffset(message.offset);
      }
      await commitOffsetsIfNecessary();
    },
  });
  await ended;
  await consumer.disconnect();
}

(async () => {
  await zstd.init();
  if (opts.command === 'produce') {
    await produce();
  } else if (opts.assign) {
    await consumeAssigned();
  } else {
    await consumeGroup();
  }
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`, () => process.exit(1));
});
