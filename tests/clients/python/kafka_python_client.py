"""The client program of SPEC.md for kafka-python."""

import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

import records


def produce(opts):
    for codec, first, end in records.parts(opts):
        producer = KafkaProducer(
            bootstrap_servers=opts.bootstrap,
            client_id="kafka-python",
            acks="all",
            enable_idempotence=True,
            compression_type=None if codec == "none" else codec,
            linger_ms=5,
        )
        futures = []
        for sequence in range(first, end):
            key, value, headers, timestamp = records.record(opts.producer, sequence)
            # kafka-python cannot write a null header value.
            headers = [(name, b"" if v is None else v) for name, v in headers]
            futures.append(
                producer.send(opts.topic, value, key, headers=headers, timestamp_ms=timestamp)
            )
        producer.flush()
        for sequence, future in zip(range(first, end), futures):
            metadata = future.get(30)
            if opts.acks:
                print("ack", sequence, metadata.partition, metadata.offset)
        producer.close()


def show(record):
    sys.stdout.write(
        records.line(
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            record.headers,
        )
    )


def poll(kafka, timeout_ms):
    for batch in kafka.poll(timeout_ms=timeout_ms, max_records=1000).values():
        for record in batch:
            show(record)
    sys.stdout.flush()


def consume_assigned(opts):
    kafka = KafkaConsumer(
        bootstrap_servers=opts.bootstrap, client_id="kafka-python", enable_auto_commit=False, group_id=None
    )
    partitions = [TopicPartition(opts.topic, p) for p in kafka.partitions_for_topic(opts.topic)]
    kafka.assign(partitions)
    ends = kafka.end_offsets(partitions)
    if opts.start == "earliest":
        kafka.seek_to_beginning(*partitions)
    elif opts.start.startswith("offset:"):
        for partition in partitions:
            kafka.seek(partition, min(records.number(opts.start), ends[partition]))
    else:
        found = kafka.offsets_for_times({p: records.number(opts.start) for p in partitions})
        for partition in partitions:
            place = found.get(partition)
            kafka.seek(partition, ends[partition] if place is None else place.offset)
    while any(kafka.position(partition) < ends[partition] for partition in partitions):
        poll(kafka, 100)
    kafka.close()


def consume_group(opts):
    ended = records.input_ended()
    kafka = KafkaConsumer(
        opts.topic,
        bootstrap_servers=opts.bootstrap,
        client_id="kafka-python",
        group_id=opts.group,
        auto_offset_reset="earliest",
    )
    while not ended.is_set():
        # A poll that ends between JoinGroup and the answer to SyncGroup loses the assignment for
        # good (kafka-python 3.0.12): the member believes that it has joined and reads nothing.
        poll(kafka, 2000)
    kafka.commit()
    kafka.close()


opts = records.options()
if opts.command == "produce":
    produce(opts)
elif opts.assign:
    consume_assigned(opts)
else:
    consume_group(opts)
sys.stdout.flush()
