"""The client program of SPEC.md for confluent-kafka (librdkafka)."""

import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

import records


def produce(opts):
    failures = []
    ended = records.input_ended() if opts.count == 0 else None
    for codec, first, end in records.parts(opts):
        config = {
            "bootstrap.servers": opts.bootstrap,
            "client.id": "confluent-kafka",
            "compression.codec": codec,
            "enable.idempotence": True,
            "max.in.flight.requests.per.connection": 5,
            "linger.ms": 5,
            "error_cb": lambda error: failures.append(error) if error.fatal() else None,
        }
        if end is None:
            config |= {
                "message.timeout.ms": 0,
                "socket.timeout.ms": 5000,
                "reconnect.backoff.ms": 20,
                "reconnect.backoff.max.ms": 200,
                "retry.backoff.ms": 20,
            }
        producer = Producer(config)
        sequence = first
        started = time.monotonic()
        while (end is None or sequence < end) and not failures:
            if ended is not None and ended.is_set():
                break
            key, value, headers, timestamp = records.record(opts.producer, sequence)

            def delivered(error, message, sequence=sequence):
                if error is not None:
                    failures.append(error)
                elif opts.acks:
                    print("ack", sequence, message.partition(), message.offset(), flush=True)

            try:
                producer.produce(
                    opts.topic, value, key, timestamp=timestamp, headers=headers, on_delivery=delivered
                )
                sequence += 1
            except BufferError:
                producer.poll(0.1)
                continue
            producer.poll(0)
            if opts.rate:
                early = started + (sequence - first) / opts.rate - time.monotonic()
                if early > 0.001:
                    producer.poll(early)
        while producer.flush(1) > 0 and not failures:
            pass
    if failures:
        sys.exit(f"{failures[0]}")


def show(message):
    if message.error():
        raise KafkaException(message.error())
    sys.stdout.write(
        records.line(
            message.partition(),
            message.offset(),
            message.timestamp()[1],
            message.key(),
            message.value(),
            message.headers(),
        )
    )


def consumer(opts, **more):
    return Consumer(
        {
            "bootstrap.servers": opts.bootstrap,
            "client.id": "confluent-kafka",
            "auto.offset.reset": "earliest",
            "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 200,
            "fetch.wait.max.ms": 100,
        }
        | more
    )


def consume_assigned(opts):
    kafka = consumer(opts, **{"group.id": "unused", "enable.auto.commit": False})
    partitions = kafka.list_topics(opts.topic).topics[opts.topic].partitions
    ends, places = {}, []
    for partition in partitions:
        low, ends[partition] = kafka.get_watermark_offsets(TopicPartition(opts.topic, partition))
        if opts.start == "earliest":
            places.append(TopicPartition(opts.topic, partition, low))
        else:
            places.append(TopicPartition(opts.topic, partition, records.number(opts.start)))
    if opts.start.startswith("time:"):
        places = kafka.offsets_for_times(places, 30)
    for place in places:
        if place.offset < 0 or place.offset > ends[place.partition]:
            place.offset = ends[place.partition]
    kafka.assign(places)
    left = {place.partition for place in places if place.offset < ends[place.partition]}
    while left:
        for message in kafka.consume(1000, 0.1):
            if message.offset() < ends[message.partition()]:
                show(message)
            if message.offset() + 1 >= ends[message.partition()]:
                left.discard(message.partition())
    kafka.close()


def consume_group(opts):
    ended = records.input_ended()
    kafka = consumer(opts, **{"group.id": opts.group})
    kafka.subscribe([opts.topic])
    while not ended.is_set():
        for message in kafka.consume(1000, 0.1):
            show(message)
        sys.stdout.flush()
    kafka.close()


opts = records.options()
if opts.command == "produce":
    produce(opts)
elif opts.assign:
    consume_assigned(opts)
else:
    consume_group(opts)
sys.stdout.flush()
