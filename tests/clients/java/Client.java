import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The client program of SPEC.md for Apache Kafka's own Java client. */
public final class Client {
    private static final PrintStream OUT = new PrintStream(System.out, false);
    private static volatile boolean inputEnded;

    private final Map<String, String> options = new HashMap<>();

    private Client(String[] args) {
        for (int i = 1; i < args.length; i++) {
            boolean isFlag = i + 1 == args.length || args[i + 1].startsWith("--");
            options.put(args[i].substring(2), isFlag ? "" : args[++i]);
        }
    }

    public static void main(String[] args) throws Exception {
        Client client = new Client(args);
        if (args[0].equals("produce")) {
            client.produce();
        } else if (client.options.containsKey("assign")) {
            client.consumeAssigned();
        } else {
            client.consumeGroup();
        }
        OUT.flush();
    }

    private void produce() throws Exception {
        String producer = options.get("producer");
        long count = Long.parseLong(options.get("count"));
        long next = Long.parseLong(options.getOrDefault("first", "0"));
        if (count == 0) {
            watchInput();
        }
        String[] codecs = options.get("codec").split(",");
        for (int i = 0; i < codecs.length; i++) {
            long part = count / codecs.length + (i < count % codecs.length ? 1 : 0);
            long end = count == 0 ? Long.MAX_VALUE : next + part;
            next = produce(producer, codecs[i], next, end);
        }
    }

    private long produce(String producer, String codec, long first, long end) throws Exception {
        Properties properties = properties();
        properties.put("key.serializer", ByteArraySerializer.class.getName());
        properties.put("value.serializer", ByteArraySerializer.class.getName());
        properties.put("compression.type", codec);
        properties.put("acks", "all");
        properties.put("enable.idempotence", "true");
        properties.put("max.in.flight.requests.per.connection", "5");
        properties.put("linger.ms", "5");
        if (options.get("count").equals("0")) {
            properties.put("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
            properties.put("max.block.ms", Integer.toString(Integer.MAX_VALUE));
            properties.put("request.timeout.ms", "5000");
            properties.put("reconnect.backoff.ms", "20");
            properties.put("reconnect.backoff.max.ms", "200");
            properties.put("retry.backoff.ms", "20");
            properties.put("retry.backoff.max.ms", "200");
        }
        boolean acks = options.containsKey("acks");
        long rate = Long.parseLong(options.getOrDefault("rate", "0"));
        AtomicReference<Exception> failure = new AtomicReference<>();
        long next = first;
        long started = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> kafka = new KafkaProducer<>(properties)) {
            while (next < end && !inputEnded && failure.get() == null) {
                long sequence = next++;
                kafka.send(Records.record(options.get("topic"), producer, sequence), (metadata, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    } else if (acks) {
                        printAck(sequence, metadata.partition(), metadata.offset());
                    }
                });
                if (rate > 0) {
                    long due = started + (next - first) * 1_000_000_000L / rate;
                    long early = due - System.nanoTime();
                    if (early > 1_000_000) {
                        Thread.sleep(early / 1_000_000);
                    }
                }
            }
            kafka.flush();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return next;
    }

    private static synchronized void printAck(long sequence, int partition, long offset) {
        OUT.println("ack " + sequence + " " + partition + " " + offset);
        OUT.flush();
    }

    private void consumeAssigned() {
        String from = options.get("from");
        try (KafkaConsumer<byte[], byte[]> kafka = consumer(null)) {
            List<TopicPartition> partitions = new ArrayList<>();
            kafka.partitionsFor(options.get("topic")).forEach(
                    info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            kafka.assign(partitions);
            Map<TopicPartition, Long> ends = kafka.endOffsets(partitions);
            if (from.equals("earliest")) {
                kafka.seekToBeginning(partitions);
            } else if (from.startsWith("offset:")) {
                partitions.forEach(p -> kafka.seek(p, Math.min(ends.get(p), number(from))));
            } else {
                Map<TopicPartition, Long> times =
                        partitions.stream().collect(Collectors.toMap(p -> p, p -> number(from)));
                for (Map.Entry<TopicPartition, OffsetAndTimestamp> found : kafka.offsetsForTimes(times).entrySet()) {
                    TopicPartition partition = found.getKey();
                    kafka.seek(partition, found.getValue() == null ? ends.get(partition) : found.getValue().offset());
                }
            }
            while (ends.entrySet().stream().anyMatch(end -> kafka.position(end.getKey()) < end.getValue())) {
                poll(kafka);
            }
        }
    }

    private void consumeGroup() {
        watchInput();
        try (KafkaConsumer<byte[], byte[]> kafka = consumer(options.get("group"))) {
            kafka.subscribe(Arrays.asList(options.get("topic")));
            while (!inputEnded) {
                poll(kafka);
            }
            kafka.commitSync();
        }
    }

    private static void poll(KafkaConsumer<byte[], byte[]> kafka) {
        StringBuilder lines = new StringBuilder();
        kafka.poll(Duration.ofMillis(100)).forEach(record -> Records.print(lines, record));
        OUT.print(lines);
        OUT.flush();
    }

    private KafkaConsumer<byte[], byte[]> consumer(String group) {
        Properties properties = properties();
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("auto.offset.reset", "earliest");
        properties.put("reconnect.backoff.ms", "20");
        properties.put("reconnect.backoff.max.ms", "200");
        properties.put("enable.auto.commit", Boolean.toString(group != null));
        if (group != null) {
            properties.put("group.id", group);
            properties.put("partition.assignment.strategy",
                    options.getOrDefault("assignor", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"));
        }
        return new KafkaConsumer<>(properties);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", options.get("bootstrap"));
        properties.put("client.id", "java");
        return properties;
    }

    private static long number(String from) {
        return Long.parseLong(from.substring(from.indexOf(':') + 1));
    }

    /** Sets a flag once standard input ends. */
    private static void watchInput() {
        Thread thread = new Thread(() -> {
            try {
                while (System.in.read() >= 0) { }
            } catch (java.io.IOException closed) {
                // The same as its end.
            }
            inputEnded = true;
        });
        thread.setDaemon(true);
        thread.start();
    }
}
