import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.utils.internals.ImplicitLinkedHashCollection;

/**
 * Kafka's own classes as an oracle: frames of (int32 length, bytes) on stdin, one answer each on
 * stdout. A request is an operation byte and its arguments; an answer is 0 and results, or 1 and
 * the text of an exception. Strings and byte strings have an int32 length, -1 is null.
 *
 * Dumps are written as Rust's Debug would: `Name { field: value }`, `[a, b]`, `None`.
 */
public class Oracle {
    public static void main(String[] arguments) throws Exception {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (java.io.EOFException end) {
                return;
            }
            byte[] frame = new byte[length];
            in.readFully(frame);
            Answer answer = new Answer();
            try {
                answer.out.writeByte(0);
                operate(ByteBuffer.wrap(frame), answer);
            } catch (Throwable failure) {
                answer = new Answer();
                answer.out.writeByte(1);
                answer.bytes(failure.toString().getBytes(StandardCharsets.UTF_8));
            }
            byte[] bytes = answer.buffer.toByteArray();
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        }
    }

    static final class Answer {
        final java.io.ByteArrayOutputStream buffer = new java.io.ByteArrayOutputStream();
        final DataOutputStream out = new DataOutputStream(buffer);

        void bytes(byte[] bytes) throws Exception {
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        void text(String text) throws Exception {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static void operate(ByteBuffer in, Answer answer) throws Exception {
        switch (in.get()) {
            case 1 -> transcode(in, answer);
            case 2 -> answer.text(dump(construct(text(in))));
            case 3 -> readBatches(in, answer);
            case 4 -> writeBatch(in, answer);
            case 5 -> writeMarker(in, answer);
            case 6 -> tables(answer);
            default -> throw new IllegalArgumentException("unknown operation");
        }
    }

    static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    static String text(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    static Message construct(String name) throws Exception {
        Class<?> type;
        try {
            type = Class.forName("org.apache.kafka.common.message." + name + "Data");
        } catch (ClassNotFoundException plain) {
            type = Class.forName("org.apache.kafka.common.message." + name);
        }
        return (Message) type.getConstructor().newInstance();
    }

    /** Name, version to read, version to write, bytes; answers bytes and a dump. */
    static void transcode(ByteBuffer in, Answer answer) throws Exception {
        Message message = construct(text(in));
        short from = in.getShort();
        short to = in.getShort();
        ByteBuffer body = ByteBuffer.wrap(bytes(in));
        message.read(new ByteBufferAccessor(body), from);
        if (body.hasRemaining()) {
            throw new IllegalStateException(body.remaining() + " bytes left");
        }
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer written = ByteBuffer.allocate(message.size(cache, to));
        message.write(new ByteBufferAccessor(written), cache, to);
        if (written.hasRemaining()) {
            throw new IllegalStateException("size and content differ");
        }
        answer.bytes(written.array());
        answer.text(dump(message));
    }

    static String dump(Object value) throws Exception {
        StringBuilder out = new StringBuilder();
        dump(value, out);
        return out.toString();
    }

    static void dump(Object value, StringBuilder out) throws Exception {
        if (value == null) {
            out.append("None");
        } else if (value instanceof Number || value instanceof Boolean || value instanceof Uuid) {
            out.append(value);
        } else if (value instanceof String text) {
            out.append('"');
            text.codePoints().forEach(c -> out.append(String.format("\\u{%x}", c)));
            out.append('"');
        } else if (value instanceof byte[] bytes) {
            dumpBytes(ByteBuffer.wrap(bytes), out);
        } else if (value instanceof ByteBuffer bytes) {
            dumpBytes(bytes.duplicate(), out);
        } else if (value instanceof MemoryRecords records) {
            dumpBytes(records.buffer().duplicate(), out);
        } else if (value instanceof UnalignedMemoryRecords records) {
            dumpBytes(records.buffer().duplicate(), out);
        } else if (value instanceof Collection<?> elements) {
            String separator = "";
            out.append('[');
            for (Object element : elements) {
                out.append(separator);
                dump(element, out);
                separator = ", ";
            }
            out.append(']');
        } else {
            dumpFields(value, out);
        }
    }

    static void dumpBytes(ByteBuffer bytes, StringBuilder out) {
        out.append("b\"");
        while (bytes.hasRemaining()) {
            out.append(String.format("\\x%02x", bytes.get()));
        }
        out.append('"');
    }

    static void dumpFields(Object value, StringBuilder out) throws Exception {
        boolean linked = value instanceof ImplicitLinkedHashCollection.Element;
        out.append(value.getClass().getSimpleName()).append(" { ");
        String separator = "";
        for (Field field : value.getClass().getDeclaredFields()) {
            String name = field.getName();
            boolean link = linked && (name.equals("next") || name.equals("prev"));
            if (Modifier.isStatic(field.getModifiers()) || name.startsWith("_") || link) {
                continue;
            }
            field.setAccessible(true);
            out.append(separator).append(name).append(": ");
            dump(field.get(value), out);
            separator = ", ";
        }
        out.append(" }");
    }

    /** Concatenated batches; checks them and answers a dump of each batch and record. */
    static void readBatches(ByteBuffer in, Answer answer) throws Exception {
        StringBuilder out = new StringBuilder();
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes(in)));
        for (MutableRecordBatch batch : records.batches()) {
            batch.ensureValid();
            out.append(String.format(
                "batch %d %d %d %d %s %s %b %b %d %d %d %d\n",
                batch.baseOffset(), batch.lastOffset(), batch.partitionLeaderEpoch(),
                batch.sizeInBytes(), batch.compressionType().name, batch.timestampType().name,
                batch.isTransactional(), batch.isControlBatch(), batch.maxTimestamp(),
                batch.producerId(), batch.producerEpoch(), batch.baseSequence()));
            for (Record record : batch) {
                record.ensureValid();
                out.append(String.format("record %d %d ", record.offset(), record.timestamp()));
                dump(record.key(), out);
                out.append(' ');
                dump(record.value(), out);
                for (Header header : record.headers()) {
                    out.append(' ');
                    dumpBytes(ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8)), out);
                    out.append('=');
                    dump(header.value(), out);
                }
                out.append('\n');
            }
        }
        answer.text(out.toString());
    }

    /** The fields of a batch and its records; answers the bytes that Kafka makes of them. */
    static void writeBatch(ByteBuffer in, Answer answer) throws Exception {
        Compression codec = Compression.of(CompressionType.forId(in.get())).build();
        TimestampType type = in.get() == 0 ? TimestampType.CREATE_TIME : TimestampType.LOG_APPEND_TIME;
        boolean transactional = in.get() != 0;
        long baseOffset = in.getLong();
        long logAppendTime = in.getLong();
        long producerId = in.getLong();
        short producerEpoch = in.getShort();
        int baseSequence = in.getInt();
        int leaderEpoch = in.getInt();
        MemoryRecordsBuilder builder = MemoryRecords.builder(
            ByteBuffer.allocate(1 << 12), RecordBatch.MAGIC_VALUE_V2, codec, type, baseOffset,
            logAppendTime, producerId, producerEpoch, baseSequence, transactional, leaderEpoch);
        int count = in.getInt();
        for (int index = 0; index < count; index++) {
            long timestamp = in.getLong();
            byte[] key = bytes(in);
            byte[] value = bytes(in);
            Header[] headers = new Header[in.getInt()];
            for (int at = 0; at < headers.length; at++) {
                headers[at] = new RecordHeader(text(in), bytes(in));
            }
            builder.append(timestamp, key, value, headers);
        }
        ByteBuffer built = builder.build().buffer();
        byte[] bytes = new byte[built.remaining()];
        built.get(bytes);
        answer.bytes(bytes);
    }

    static void writeMarker(ByteBuffer in, Answer answer) throws Exception {
        long timestamp = in.getLong();
        long producerId = in.getLong();
        short producerEpoch = in.getShort();
        ControlRecordType type = in.get() == 0 ? ControlRecordType.ABORT : ControlRecordType.COMMIT;
        EndTransactionMarker marker = new EndTransactionMarker(type, in.getInt());
        ByteBuffer built = MemoryRecords
            .withEndTransactionMarker(0L, timestamp, -1, producerId, producerEpoch, marker).buffer();
        byte[] bytes = new byte[built.remaining()];
        built.get(bytes);
        answer.bytes(bytes);
    }

    /** Error codes, then APIs with their versions and header versions. */
    static void tables(Answer answer) throws Exception {
        StringBuilder out = new StringBuilder();
        for (Errors error : Errors.values()) {
            boolean retriable = error.exception() instanceof RetriableException;
            out.append(String.format("error %d %s %b\n", error.code(), error.name(), retriable));
        }
        for (ApiMessageType api : ApiMessageType.values()) {
            short low = api.lowestSupportedVersion();
            short high = api.highestSupportedVersion(true);
            if (low > high) {
                continue;
            }
            out.append(String.format("api %d %s %d %d", api.apiKey(), api.name, low, high));
            for (short version = low; version <= high; version++) {
                short request = api.requestHeaderVersion(version);
                out.append(String.format(" %d/%d", request, api.responseHeaderVersion(version)));
            }
            out.append('\n');
        }
        answer.text(out.toString());
    }
}
