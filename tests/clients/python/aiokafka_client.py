"""The client program of SPEC.md for aiokafka."""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

import records


async def produce(opts):
    for codec, first, end in records.parts(opts):
        producer = AIOKafkaProducer(
            bootstrap_servers=opts.bootstrap,
            client_id="aiokafka",
            acks="all",
            enable_idempotence=True,
            compression_type=None if codec == "none" else codec,
            linger_ms=5,
        )
        await producer.start()
        futures = []
        for sequence in range(first, end):
            key, value, headers, timestamp = records.record(opts.producer, sequence)
            futures.append(
                await producer.send(opts.topic, value, key, timestamp_ms=timestamp, headers=headers)
            )
        await producer.flush()
        for sequence, future in zip(range(first, end), futures):
            metadata = await future
            if opts.acks:
                print("ack", sequence, metadata.partition, metadata.offset)
        await producer.stop()


async def poll(kafka):
    for batch in (await kafka.getmany(timeout_ms=100, max_records=1000)).values():
        for record in batch:
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
    sys.stdout.flush()


async def consume_assigned(opts):
    # Without a group, all partitions of the topic are assigned at the start.
    kafka = AIOKafkaConsumer(
        opts.topic,
        bootstrap_servers=opts.bootstrap,
        client_id="aiokafka",
        enable_auto_commit=False,
        group_id=None,
    )
    await kafka.start()
    partitions = list(kafka.assignment())
    ends = await kafka.end_offsets(partitions)
    if opts.start == "earliest":
        for partition, offset in (await kafka.beginning_offsets(partitions)).items():
            kafka.seek(partition, offset)
    elif opts.start.startswith("offset:"):
        for partition in partitions:
            kafka.seek(partition, min(records.number(opts.start), ends[partition]))
    else:
        found = await kafka.offsets_for_times({p: records.number(opts.start) for p in partitions})
        for partition in partitions:
            place = found.get(partition)
            kafka.seek(partition, ends[partition] if place is None else place.offset)
    left = set(partitions)
    while left:
        left = {p for p in left if await kafka.position(p) < ends[p]}
        if left:
            await poll(kafka)
    await kafka.stop()


async def consume_group(opts):
    ended = records.input_ended()
    kafka = AIOKafkaConsumer(
        opts.topic,
        bootstrap_servers=opts.bootstrap,
        client_id="aiokafka",
        group_id=opts.group,
        auto_offset_reset="earliest",
    )
    await kafka.start()
    while not ended.is_set():
        await poll(kafka)
    await kafka.commit()
    await kafka.stop()


opts = records.options()
if opts.command == "produce":
    asyncio.run(produce(opts))
elif opts.assign:
    asyncio.run(consume_assigned(opts))
else:
    asyncio.run(consume_group(opts))
sys.stdout.flush()
