// The floor of a full client: what comes in goes out, byte by byte, to the partition it came from.
//
//	franz-go BOOTSTRAP INPUT OUTPUT COMPRESSION
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

const mebibyte = 1 << 20

func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: franz-go BOOTSTRAP INPUT OUTPUT COMPRESSION"))
	}
	if err := pass(context.Background(), os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fail(err)
	}
}

// Offsets are committed after the brokers have acknowledged the whole poll.
func pass(ctx context.Context, bootstrap, input, output, compression string) error {
	codec := kgo.NoCompression()
	if compression == "zstd" {
		codec = kgo.ZstdCompression()
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(bootstrap, ",")...),
		kgo.ConsumerGroup(output),
		kgo.ConsumeTopics(input),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchMaxPartitionBytes(4*mebibyte),
		kgo.DisableAutoCommit(),
		kgo.DefaultProduceTopic(output),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(codec),
		kgo.MaxBufferedRecords(50_000),
	)
	if err != nil {
		return err
	}
	for {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		records := fetches.Records()
		copies := make([]kgo.Record, len(records))
		results := make([]*kgo.Record, len(records))
		for i, record := range records {
			copies[i] = kgo.Record{
				Key: record.Key, Value: record.Value, Headers: record.Headers,
				Timestamp: record.Timestamp, Partition: record.Partition,
			}
			results[i] = &copies[i]
		}
		if err := client.ProduceSync(ctx, results...).FirstErr(); err != nil {
			return err
		}
		if err := client.CommitRecords(ctx, records...); err != nil {
			return err
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "franz-go:", err)
	os.Exit(1)
}
