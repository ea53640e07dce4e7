// Redpanda Connect with only what the bench needs of it: its inputs and outputs of Kafka and Bloblang.
package main

import (
	"context"

	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
	_ "github.com/redpanda-data/connect/v4/public/components/kafka"
)

func main() {
	service.RunCLI(context.Background())
}
