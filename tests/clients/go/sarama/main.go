// The client program of SPEC.md for sarama.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"strandline.test/clients/records"
)

var codecs = map[string]sarama.CompressionCodec{
	"none":   sarama.CompressionNone,
	"gzip":   sarama.CompressionGZIP,
	"snappy": sarama.CompressionSnappy,
	"lz4":    sarama.CompressionLZ4,
	"zstd":   sarama.CompressionZSTD,
}

func config() *sarama.Config {
	config := sarama.NewConfig()
	config.ClientID = "sarama"
	config.Consumer.MaxWaitTime = 100 * time.Millisecond
	return config
}

func produce(options records.Options) {
	for _, part := range options.Parts() {
		config := config()
		config.Producer.RequiredAcks = sarama.WaitForAll
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
		config.Producer.Compression = codecs[part.Codec]
		config.Producer.Flush.Frequency = 5 * time.Millisecond
		config.Producer.Return.Successes = true
		producer, err := sarama.NewAsyncProducer([]string{options.Bootstrap}, config)
		records.Must(err)
		go func() {
			for sequence := part.First; sequence < part.End; sequence++ {
				record := records.At(options.Producer, sequence)
				message := &sarama.ProducerMessage{Topic: options.Topic, Metadata: sequence}
				if record.Key != nil {
					message.Key = sarama.ByteEncoder(record.Key)
				}
				if record.Value != nil {
					message.Value = sarama.ByteEncoder(record.Value)
				}
				message.Timestamp = time.UnixMilli(record.TimestampMillis)
				for _, header := range record.Headers {
					message.Headers = append(message.Headers,
						sarama.RecordHeader{Key: []byte(header.Key), Value: header.Value})
				}
				producer.Input() <- message
			}
		}()
		for left := part.End - part.First; left > 0; left-- {
			select {
			case message := <-producer.Successes():
				if options.Acks {
					fmt.Println("ack", message.Metadata, message.Partition, message.Offset)
				}
			case failure := <-producer.Errors():
				records.Must(failure)
			}
		}
		records.Must(producer.Close())
	}
}

func show(out *bufio.Writer, message *sarama.ConsumerMessage) {
	record := records.Record{Key: message.Key, Value: message.Value, TimestampMillis: message.Timestamp.UnixMilli()}
	for _, header := range message.Headers {
		record.Headers = append(record.Headers, records.Header{Key: string(header.Key), Value: header.Value})
	}
	records.Print(out, message.Partition, message.Offset, record)
}

func consumeAssigned(options records.Options, out *bufio.Writer) {
	client, err := sarama.NewClient([]string{options.Bootstrap}, config())
	records.Must(err)
	consumer, err := sarama.NewConsumerFromClient(client)
	records.Must(err)
	partitions, err := client.Partitions(options.Topic)
	records.Must(err)
	for _, partition := range partitions {
		end, err := client.GetOffset(options.Topic, partition, sarama.OffsetNewest)
		records.Must(err)
		var start int64
		if options.From == "earliest" {
			start, err = client.GetOffset(options.Topic, partition, sarama.OffsetOldest)
		} else if options.From[:5] == "time:" {
			start, err = client.GetOffset(options.Topic, partition, options.Number())
		} else {
			start = min(options.Number(), end)
		}
		records.Must(err)
		if start < 0 || start >= end {
			continue
		}
		messages, err := consumer.ConsumePartition(options.Topic, partition, start)
		records.Must(err)
		for message := range messages.Messages() {
			show(out, message)
			if message.Offset+1 >= end {
				break
			}
		}
		records.Must(messages.Close())
	}
	records.Must(client.Close())
}

type handler struct {
	lock sync.Mutex
	out  *bufio.Writer
}

func (h *handler) Setup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) Cleanup(session sarama.ConsumerGroupSession) error {
	session.Commit()
	return nil
}

func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case <-session.Context().Done():
			return nil
		case message, open := <-claim.Messages():
			if !open || session.Context().Err() != nil {
				return nil
			}
			h.lock.Lock()
			show(h.out, message)
			session.MarkMessage(message, "")
			if len(claim.Messages()) == 0 {
				h.out.Flush()
			}
			h.lock.Unlock()
		}
	}
}

func consumeGroup(options records.Options, out *bufio.Writer) {
	config := config()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	group, err := sarama.NewConsumerGroup([]string{options.Bootstrap}, options.Group, config)
	records.Must(err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := records.InputEnded()
	go func() {
		<-ended
		cancel()
	}()
	handler := &handler{out: out}
	for ctx.Err() == nil {
		records.Must(group.Consume(ctx, []string{options.Topic}, handler))
	}
	records.Must(group.Close())
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
