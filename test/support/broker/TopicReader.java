import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints what lies in a topic, from its beginning to its present end, one record a line:
 * partition, offset, timestamp, key, value and then names and values of headers, in Base64, "-" for null.
 * Arguments: bootstrap, topic, partition or -1 for all, isolation level.
 */
public class TopicReader {
  public static void main(String[] args) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", args[0], "isolation.level", args[3], "auto.offset.reset", "earliest");
    int only = Integer.parseInt(args[2]);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings, bytes, bytes)) {
      List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
          .filter(info -> only < 0 || info.partition() == only)
          .map(info -> new TopicPartition(info.topic(), info.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      var out = new StringBuilder();
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(each -> out.append(line(each)).append('\n'));
        System.out.print(out);
        out.setLength(0);
      }
    }
  }

  private static String line(ConsumerRecord<byte[], byte[]> each) {
    String headers = java.util.Arrays.stream(each.headers().toArray())
        .map(header -> " " + base64(name(header)) + " " + base64(header.value()))
        .collect(Collectors.joining());
    return each.partition() + " " + each.offset() + " " + each.timestamp() + " " + base64(each.key()) + " "
        + base64(each.value()) + headers;
  }

  private static byte[] name(Header header) {
    return header.key().getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? "-" : Base64.getEncoder().encodeToString(bytes);
  }
}
