import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Kafka Streams as it comes: {@code pass} sends on what it got, {@code jackson} parses each record, adds
 * one text and writes it again. Arguments: MODE BOOTSTRAP INPUT OUTPUT COMPRESSION BYTES
 */
public final class StreamsPeer {
  /** Of the record under way: there is one thread. */
  private static int partition;

  public static void main(String[] args) throws IOException {
    String input = args[2];
    String output = args[3];
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], byte[]> records =
        builder.stream(input, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()));
    if (args[0].equals("jackson")) records = records.mapValues(adding(Integer.parseInt(args[5])));
    records
        .process(StreamsPeer::partitionNoter)
        .to(
            output,
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withStreamPartitioner((topic, key, value, count) -> Optional.of(Set.of(partition))));
    new KafkaStreams(builder.build(), settings(args[1], output, args[4])).start();
  }

  private static Properties settings(String bootstrap, String output, String compression)
      throws IOException {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, output);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("streams").toString());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    return settings;
  }

  private static org.apache.kafka.streams.kstream.ValueMapper<byte[], byte[]> adding(int bytes) {
    ObjectMapper mapper = new ObjectMapper();
    String text = " ".repeat(bytes);
    return value -> {
      try {
        ObjectNode tree = (ObjectNode) mapper.readTree(value);
        tree.put("evaluation", text);
        return mapper.writeValueAsBytes(tree);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    };
  }

  private static ContextualProcessor<byte[], byte[], byte[], byte[]> partitionNoter() {
    return new ContextualProcessor<>() {
      @Override
      public void process(Record<byte[], byte[]> record) {
        partition = context().recordMetadata().orElseThrow().partition();
        context().forward(record);
      }
    };
  }

  private StreamsPeer() {}
}
