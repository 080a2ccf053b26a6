// Package records implements the records of SPEC.md, their printed form, and the command line.
package records

import (
	"bufio"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Header is one header; a nil value is a null.
type Header struct {
	Key   string
	Value []byte
}

// Record is what one producer writes at one sequence.
type Record struct {
	Key, Value      []byte
	Headers         []Header
	TimestampMillis int64
}

// At gives the record of a producer at a sequence.
func At(producer string, sequence int64) Record {
	identity := fmt.Sprintf("%s/%d", producer, sequence)
	h := uint32(2166136261)
	for i := 0; i < len(identity); i++ {
		h = (h ^ uint32(identity[i])) * 16777619
	}
	var record Record
	if h%8 != 0 {
		record.Key = []byte(fmt.Sprintf("k%d", sequence%97))
	}
	if h%16 != 1 {
		padding := strings.Repeat(string(rune('a'+sequence%26)), int((h>>8)%200))
		record.Value = []byte(identity + "|" + padding)
	}
	record.Headers = []Header{{"id", []byte(identity)}}
	switch (h >> 4) % 4 {
	case 1:
		record.Headers = append(record.Headers, Header{"dup", []byte("a")}, Header{"dup", []byte("b")})
	case 2:
		record.Headers = append(record.Headers, Header{"", []byte("x")})
	case 3:
		record.Headers = append(record.Headers, Header{"null", nil}, Header{"empty", []byte{}})
	}
	record.TimestampMillis = 1700000000000 + sequence*1000 + int64(h%1000)
	return record
}

func bytes(value []byte) string {
	if value == nil {
		return "-"
	}
	return "=" + hex.EncodeToString(value)
}

// Print writes the printed form of a record that was read.
func Print(out *bufio.Writer, partition int32, offset int64, record Record) {
	headers := make([]string, len(record.Headers))
	for i, header := range record.Headers {
		headers[i] = hex.EncodeToString([]byte(header.Key)) + ":" + bytes(header.Value)
	}
	fmt.Fprintf(out, "%d\t%d\t%d\t%s\t%s\t%s\n", partition, offset, record.TimestampMillis,
		bytes(record.Key), bytes(record.Value), strings.Join(headers, ","))
}

// Options is the command line.
type Options struct {
	Command, Bootstrap, Topic, Producer, Codec, From, Group string
	Count, First                                            int64
	Assign, Acks                                            bool
}

// Parse reads the command line.
func Parse() Options {
	var options Options
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&options.Bootstrap, "bootstrap", "", "")
	flags.StringVar(&options.Topic, "topic", "", "")
	flags.StringVar(&options.Producer, "producer", "", "")
	flags.StringVar(&options.Codec, "codec", "none", "")
	flags.StringVar(&options.From, "from", "earliest", "")
	flags.StringVar(&options.Group, "group", "", "")
	flags.Int64Var(&options.Count, "count", 0, "")
	flags.Int64Var(&options.First, "first", 0, "")
	flags.BoolVar(&options.Assign, "assign", false, "")
	flags.BoolVar(&options.Acks, "acks", false, "")
	flags.Parse(os.Args[2:])
	options.Command = os.Args[1]
	return options
}

// Number is the number in `offset:N` and `time:MILLIS`.
func (options Options) Number() int64 {
	_, digits, _ := strings.Cut(options.From, ":")
	number, err := strconv.ParseInt(digits, 10, 64)
	Must(err)
	return number
}

// Part is the share of one codec.
type Part struct {
	Codec      string
	First, End int64
}

// Parts gives each codec its share of the records.
func (options Options) Parts() []Part {
	codecs := strings.Split(options.Codec, ",")
	first := options.First
	var parts []Part
	for i, codec := range codecs {
		size := options.Count / int64(len(codecs))
		if int64(i) < options.Count%int64(len(codecs)) {
			size++
		}
		parts = append(parts, Part{codec, first, first + size})
		first += size
	}
	return parts
}

// InputEnded gives a channel that is closed once standard input ends.
func InputEnded() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	return ended
}

// Must ends the program when there is an error.
func Must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
