import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The records of SPEC.md, and their printed form. */
final class Records {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Records() {}

    static ProducerRecord<byte[], byte[]> record(String topic, String producer, long sequence) {
        String id = producer + "/" + sequence;
        int hash = hash(id);
        byte[] key = Integer.remainderUnsigned(hash, 8) == 0 ? null : bytes("k" + sequence % 97);
        byte[] value = null;
        if (Integer.remainderUnsigned(hash, 16) != 1) {
            int padding = (hash >>> 8) % 200;
            value = bytes(id + "|" + String.valueOf((char) ('a' + sequence % 26)).repeat(padding));
        }
        List<Header> headers = new ArrayList<>();
        headers.add(new RecordHeader("id", bytes(id)));
        switch ((hash >>> 4) & 3) {
            case 1 -> {
                headers.add(new RecordHeader("dup", bytes("a")));
                headers.add(new RecordHeader("dup", bytes("b")));
            }
            case 2 -> headers.add(new RecordHeader("", bytes("x")));
            case 3 -> {
                headers.add(new RecordHeader("null", (byte[]) null));
                headers.add(new RecordHeader("empty", bytes("")));
            }
            default -> { }
        }
        long timestamp = 1_700_000_000_000L + sequence * 1000 + Integer.remainderUnsigned(hash, 1000);
        return new ProducerRecord<>(topic, null, timestamp, key, value, headers);
    }

    static void print(StringBuilder out, ConsumerRecord<byte[], byte[]> record) {
        out.append(record.partition()).append('\t').append(record.offset()).append('\t');
        out.append(record.timestamp()).append('\t');
        hex(out, record.key());
        out.append('\t');
        hex(out, record.value());
        out.append('\t');
        boolean first = true;
        for (Header header : record.headers()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            digits(out, bytes(header.key()));
            out.append(':');
            hex(out, header.value());
        }
        out.append('\n');
    }

    private static int hash(String text) {
        int hash = 0x811c9dc5;
        for (byte b : bytes(text)) {
            hash = (hash ^ (b & 0xff)) * 16777619;
        }
        return hash;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void hex(StringBuilder out, byte[] bytes) {
        if (bytes == null) {
            out.append('-');
        } else {
            out.append('=');
            digits(out, bytes);
        }
    }

    private static void digits(StringBuilder out, byte[] bytes) {
        for (byte b : bytes) {
            out.append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
        }
    }
}
