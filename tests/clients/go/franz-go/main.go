// The client program of SPEC.md for franz-go.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"strandline.test/clients/records"
)

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func produce(options records.Options) {
	for _, part := range options.Parts() {
		client, err := kgo.NewClient(
			kgo.SeedBrokers(options.Bootstrap), kgo.ClientID("franz-go"),
			kgo.DefaultProduceTopic(options.Topic), kgo.ProducerLinger(5*time.Millisecond),
			kgo.ProducerBatchCompression(codecs[part.Codec]),
		)
		records.Must(err)
		for sequence := part.First; sequence < part.End; sequence++ {
			record := records.At(options.Producer, sequence)
			message := &kgo.Record{Key: record.Key, Value: record.Value}
			message.Timestamp = time.UnixMilli(record.TimestampMillis)
			for _, header := range record.Headers {
				message.Headers = append(message.Headers, kgo.RecordHeader{Key: header.Key, Value: header.Value})
			}
			client.Produce(context.Background(), message, func(message *kgo.Record, err error) {
				records.Must(err)
				if options.Acks {
					fmt.Println("ack", sequence, message.Partition, message.Offset)
				}
			})
		}
		records.Must(client.Flush(context.Background()))
		client.Close()
	}
}

func show(out *bufio.Writer, message *kgo.Record) {
	record := records.Record{Key: message.Key, Value: message.Value, TimestampMillis: message.Timestamp.UnixMilli()}
	for _, header := range message.Headers {
		record.Headers = append(record.Headers, records.Header{Key: header.Key, Value: header.Value})
	}
	records.Print(out, message.Partition, message.Offset, record)
}

func consumeAssigned(options records.Options, out *bufio.Writer) {
	ctx := context.Background()
	admin, err := kgo.NewClient(kgo.SeedBrokers(options.Bootstrap), kgo.ClientID("franz-go"))
	records.Must(err)
	lister := kadm.NewClient(admin)
	ends, err := lister.ListEndOffsets(ctx, options.Topic)
	records.Must(err)
	var starts kadm.ListedOffsets
	switch {
	case options.From == "earliest":
		starts, err = lister.ListStartOffsets(ctx, options.Topic)
	case options.From[:5] == "time:":
		starts, err = lister.ListOffsetsAfterMilli(ctx, options.Number(), options.Topic)
	default:
		starts, err = lister.ListEndOffsets(ctx, options.Topic)
	}
	records.Must(err)
	places := map[int32]kgo.Offset{}
	left := map[int32]int64{}
	ends.Each(func(end kadm.ListedOffset) {
		start, _ := starts.Lookup(options.Topic, end.Partition)
		offset := start.Offset
		if options.From[:6] == "offset" {
			offset = min(options.Number(), end.Offset)
		}
		places[end.Partition] = kgo.NewOffset().At(offset)
		if offset < end.Offset {
			left[end.Partition] = end.Offset
		}
	})
	admin.Close()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(options.Bootstrap), kgo.ClientID("franz-go"), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{options.Topic: places}),
	)
	records.Must(err)
	for len(left) > 0 {
		fetches := client.PollFetches(ctx)
		records.Must(fetches.Err())
		fetches.EachRecord(func(message *kgo.Record) {
			if end, wanted := left[message.Partition]; wanted {
				show(out, message)
				if message.Offset+1 >= end {
					delete(left, message.Partition)
				}
			}
		})
	}
	client.Close()
}

func consumeGroup(options records.Options, out *bufio.Writer) {
	commit := func(ctx context.Context, client *kgo.Client, _ map[string][]int32) {
		records.Must(client.CommitUncommittedOffsets(ctx))
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(options.Bootstrap), kgo.ClientID("franz-go"), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.ConsumerGroup(options.Group), kgo.ConsumeTopics(options.Topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsRevoked(commit),
	)
	records.Must(err)
	ended := records.InputEnded()
	for running := true; running; {
		select {
		case <-ended:
			running = false
			continue
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		client.PollFetches(ctx).EachRecord(func(message *kgo.Record) { show(out, message) })
		cancel()
		out.Flush()
		client.AllowRebalance()
	}
	records.Must(client.CommitUncommittedOffsets(context.Background()))
	client.CloseAllowingRebalance()
}

func main() {
	options := records.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch {
	case options.Command == "produce":
		produce(options)
	case options.Assign:
		consumeAssigned(options, out)
	default:
		consumeGroup(options, out)
	}
}
